package dev.sluice.benchmarks;

import java.io.IOException;

/** A master and the bus that it has for itself. */
final class Contender implements AutoCloseable {

  private final String name;
  private final PacedLine line;
  private final Program master;

  private Contender(String name, PacedLine line, Program master) {
    this.name = name;
    this.line = line;
    this.master = master;
  }

  /** Starts a master of a port. */
  interface Starter {
    Program start(String path) throws IOException;
  }

  /**
   * One turn.
   *
   * @param cpuMillis of the master, per transaction
   */
  record Run(BusReport report, double cpuMillis) {

    double use() {
      return report.use();
    }
  }

  static Contender start(String name, Starter starter) throws IOException {
    PacedLine line = PacedLine.start();
    try {
      return new Contender(name, line, starter.start(line.path()));
    } catch (IOException e) {
      line.close();
      throw e;
    }
  }

  String name() {
    return name;
  }

  /** Sets the speed of both ends. */
  void open(int baud) throws IOException {
    line.setBaud(baud);
    master.tell("open " + baud);
    master.expect("ready");
  }

  Run run(int millis) throws IOException {
    begin(millis);
    return end();
  }

  void begin(int millis) throws IOException {
    line.reset();
    master.tell("run " + millis);
  }

  Run end() throws IOException {
    double cpuSecondsPer100k = Double.parseDouble(master.expect("rate")[1]);
    return new Run(line.report(), cpuSecondsPer100k / 100);
  }

  @Override
  public void close() {
    master.close();
    line.close();
  }
}
