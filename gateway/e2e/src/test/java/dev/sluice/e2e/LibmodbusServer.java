package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A server on libmodbus, compiled from {@code src/test/c} when first needed. Its port stays the
 * same over restarts.
 */
final class LibmodbusServer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ChildProcess process;
  private final String listening;

  private LibmodbusServer(ChildProcess process) {
    this.process = process;
    this.listening = process.awaitLine("listening ", LIMIT);
  }

  static LibmodbusServer start(int units) {
    return start(0, units);
  }

  static LibmodbusServer start(int port, int units) {
    return start(Integer.toString(port), units);
  }

  /** Unit 1 on a serial port at 115200 8N1. */
  static LibmodbusServer onPort(Path port) {
    return start(port.toString(), 1);
  }

  private static LibmodbusServer start(String where, int units) {
    return new LibmodbusServer(
        ChildProcess.start(
            "libmodbus server",
            Map.of(),
            List.of(program().toString(), where, Integer.toString(units))));
  }

  /** Compiles it; again only when the source is newer. */
  private static synchronized Path program() {
    Path source = Repository.file("gateway/e2e/src/test/c/libmodbus_server.c");
    Path program = Repository.file("gateway/e2e/target/libmodbus_server");
    try {
      if (!Files.exists(program)
          || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0) {
        Files.createDirectories(program.getParent());
        var command = new ArrayList<String>();
        command.addAll(List.of(ChildProcess.locate("gcc"), "-O2", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of("-I/usr/include/modbus", "-o", program.toString()));
        command.addAll(List.of(source.toString(), "-lmodbus"));
        ChildProcess.run("gcc", command);
      }
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  /** How often each unit has answered a read of its counter, by unit. */
  Map<Integer, Long> counters() {
    int from = process.lines().size();
    process.write("counters");
    Eventually.holds(
        "libmodbus server tells its counters",
        LIMIT,
        () -> process.lines().subList(from, process.lines().size()).contains("end"),
        process::output);
    var counters = new TreeMap<Integer, Long>();
    for (String line : process.lines().subList(from, process.lines().size())) {
      String[] words = line.split(" ", 3);
      if ("counter".equals(words[0])) {
        counters.put(Integer.valueOf(words[1]), Long.valueOf(words[2]));
      }
    }
    return counters;
  }

  @Override
  public void close() {
    process.close();
  }
}
