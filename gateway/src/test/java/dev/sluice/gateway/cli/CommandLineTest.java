package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.acquire.DriverCatalog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands with a driver in memory, as somebody types them. */
abstract class CommandLineTest {

  final BenchDriver driver = new BenchDriver();
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  String answer = "";

  @TempDir Path directory;

  /** A configuration with these points of its one device. */
  String site(String points) {
    return site("driver: bench", points);
  }

  String site(String line, String points) {
    try {
      return Files.writeString(
              directory.resolve("sluice.yaml"),
              """
              gateway: { id: plant-7 }
              lines:
                bus: { %s }
              devices:
                meter:
                  line: bus
                  points:
              %s"""
                  .formatted(line, points.indent(6)))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int run(String... arguments) {
    return runWith(driver, arguments);
  }

  int runWith(Driver with, String... arguments) {
    var cli =
        new Cli(
            DriverCatalog.of(List.of(with)),
            (file, config) -> 7,
            new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return cli.execute(arguments);
  }
}
