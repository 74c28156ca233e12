package dev.sluice.e2e;

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

  /** Unit 1 on a machine of its own, at its address. */
  static LibmodbusServer on(FarMachine machine) {
    var command = new ArrayList<>(machine.prefix());
    command.addAll(command("0", 1));
    command.add(machine.address());
    return new LibmodbusServer(ChildProcess.start("far libmodbus server", Map.of(), command));
  }

  private static LibmodbusServer start(String where, int units) {
    return new LibmodbusServer(
        ChildProcess.start("libmodbus server", Map.of(), command(where, units)));
  }

  private static List<String> command(String where, int units) {
    return List.of(
        CProgram.compiled("libmodbus_server").toString(), where, Integer.toString(units));
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
        () -> printedSince(from).contains("end"),
        process::output);
    var counters = new TreeMap<Integer, Long>();
    for (String line : printedSince(from)) {
      String[] words = line.split(" ", 3);
      if ("counter".equals(words[0])) {
        counters.put(Integer.valueOf(words[1]), Long.valueOf(words[2]));
      }
    }
    return counters;
  }

  /** How often somebody asked to write to these registers of a unit. */
  long writes(int unit, int address) {
    return process.lines().stream().filter(("wrote " + unit + " " + address)::equals).count();
  }

  private List<String> printedSince(int from) {
    List<String> lines = process.lines();
    return lines.subList(from, lines.size());
  }

  @Override
  public void close() {
    process.close();
  }
}
