package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A script of {@code src/test/node} on the packages of its {@code package.json}, which are
 * installed into {@code target/node} when first needed.
 */
public final class NodePeer implements AutoCloseable {

  /** Over a slow network. */
  private static final Duration INSTALL = Duration.ofMinutes(4);

  private final ChildProcess process;
  private final String listening;

  private NodePeer(ChildProcess process) {
    this.process = process;
    this.listening = process.awaitLine("listening ", Duration.ofSeconds(20));
  }

  /** Starts a script and returns when it says that it listens. */
  static NodePeer start(String script, String... arguments) {
    return new NodePeer(run("", script, Map.of(), arguments));
  }

  /**
   * Starts a script on the packages beside it.
   *
   * @param folder of the scripts and their {@code package.json}, empty for the Modbus peers
   */
  public static ChildProcess run(
      String folder, String script, Map<String, String> environment, String... arguments) {
    Path sources = Repository.file("gateway/e2e/src/test/node").resolve(folder);
    var command = new ArrayList<String>();
    command.add(ChildProcess.locate("node"));
    command.add(sources.resolve(script).toString());
    command.addAll(List.of(arguments));
    var variables = new HashMap<>(environment);
    variables.put("NODE_PATH", installed(sources, folder).resolve("node_modules").toString());
    return ChildProcess.start(script, variables, command);
  }

  private static synchronized Path installed(Path sources, String folder) {
    Path wanted = sources.resolve("package.json");
    Path directory =
        Repository.file("gateway/e2e/target/node" + (folder.isEmpty() ? "" : "-" + folder));
    Path done = directory.resolve("installed.json");
    try {
      if (!Files.exists(done) || Files.mismatch(wanted, done) >= 0) {
        Files.createDirectories(directory);
        Files.copy(wanted, directory.resolve("package.json"), StandardCopyOption.REPLACE_EXISTING);
        install(directory);
        Files.copy(wanted, done, StandardCopyOption.REPLACE_EXISTING);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Binaries come with the packages, so none of their scripts has to run. */
  private static void install(Path into) {
    List<String> command =
        List.of(
            ChildProcess.locate("npm"),
            "install",
            "--prefix",
            into.toString(),
            "--ignore-scripts",
            "--no-package-lock",
            "--no-audit",
            "--no-fund");
    try (var npm = ChildProcess.start("npm", Map.of(), command)) {
      if (npm.awaitExit(INSTALL) != 0) {
        throw new AssertionError("npm packages cannot be installed\n" + npm.output());
      }
    }
  }

  int port() {
    return Integer.parseInt(listening);
  }

  /** What unit 1 holds. */
  List<PeerPoint> points() {
    return PeerPoint.parse(process.lines());
  }

  ChildProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.close();
  }
}
