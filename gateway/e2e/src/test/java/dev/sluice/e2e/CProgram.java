package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A program of {@code src/test/c} on libmodbus, compiled when first needed. */
final class CProgram {

  private CProgram() {}

  /** Compiles it; again only when the source is newer. */
  static synchronized Path compiled(String name) {
    Path source = Repository.file("gateway/e2e/src/test/c/" + name + ".c");
    Path program = Repository.file("gateway/e2e/target/" + name);
    try {
      if (!Files.exists(program)
          || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0) {
        Files.createDirectories(program.getParent());
        ChildProcess.run(
            "gcc",
            List.of(
                ChildProcess.locate("gcc"),
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-I/usr/include/modbus",
                "-o",
                program.toString(),
                source.toString(),
                "-lmodbus"));
      }
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
