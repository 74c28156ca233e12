package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A bus at the speed of a wire, on the first core; see {@code paced_line.c}. */
final class PacedLine implements AutoCloseable {

  /** What the masters read of unit 1. */
  static final int REGISTERS = 10;

  private final Program program;
  private final String path;

  private PacedLine(Program program, String path) {
    this.program = program;
    this.path = path;
  }

  /** Starts one with these options. */
  static PacedLine start(String... options) throws IOException {
    var command = new ArrayList<String>();
    command.add(
        Program.compiled(Repository.file("protocol-drivers/driver-testkit/src/main/c/paced_line.c"))
            .toString());
    command.addAll(List.of(options));
    Program program = Program.start("paced line", 0, Map.of(), command);
    return new PacedLine(program, program.expect("line")[0]);
  }

  /** What a register of a unit holds. */
  static int value(int unit, int address) {
    return (unit * 7919 + address * 31 + 1) & 0xFFFF;
  }

  /** The port that a master opens. */
  String path() {
    return path;
  }

  void setBaud(int baud) throws IOException {
    program.tell("baud " + baud);
  }

  /** From now on this unit is silent; 0 for none. */
  void setDead(int unit) throws IOException {
    program.tell("dead " + unit);
  }

  /** Begins a new window. */
  void reset() throws IOException {
    program.tell("reset");
  }

  /** What happened in the window so far. */
  BusReport report() throws IOException {
    program.tell("report");
    return BusReport.of(program.expect("report"));
  }

  @Override
  public void close() {
    program.close();
  }
}
