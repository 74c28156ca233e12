package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Programs of {@code src/test/node}, with the npm packages that their {@code package.json} names:
 * installed below {@code target} when first needed, and again only when it has changed.
 */
final class NodePeers {

  private static final Duration INSTALL = Duration.ofMinutes(4);

  private NodePeers() {}

  /** Starts one of the programs. */
  static ChildProcess start(String program, String... arguments) {
    Path script = installed().resolve(program);
    var command = new ArrayList<>(List.of(ChildProcess.locate("node"), script.toString()));
    command.addAll(List.of(arguments));
    return ChildProcess.start(program, Map.of(), command);
  }

  private static synchronized Path installed() {
    Path source = Repository.file("gateway/e2e/src/test/node");
    Path target = Repository.file("gateway/e2e/target/node");
    Path done = target.resolve("installed.json");
    try {
      Files.createDirectories(target);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(source, "*.{js,json}")) {
        for (Path file : files) {
          Files.copy(
              file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Path wanted = target.resolve("package.json");
      if (!Files.exists(done) || Files.mismatch(done, wanted) >= 0) {
        install(target);
        Files.copy(wanted, done, StandardCopyOption.REPLACE_EXISTING);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The packages bring their binaries along, so nothing of theirs has to run meanwhile. */
  private static void install(Path target) {
    List<String> command =
        List.of(
            ChildProcess.locate("npm"),
            "install",
            "--prefix",
            target.toString(),
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--ignore-scripts");
    try (var npm = ChildProcess.start("npm", Map.of(), command)) {
      if (npm.awaitExit(INSTALL) != 0) {
        throw new AssertionError("npm packages cannot be installed\n" + npm.output());
      }
    }
  }
}
