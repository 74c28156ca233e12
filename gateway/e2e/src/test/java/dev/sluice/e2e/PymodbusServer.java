package dev.sluice.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server on pymodbus 3.0, run by the system's Python: the Debian package is made for that one.
 */
final class PymodbusServer implements AutoCloseable {

  private final ChildProcess process;
  private final String listening;

  private PymodbusServer(String... arguments) {
    Path script = Repository.file("gateway/e2e/src/test/python/pymodbus_server.py");
    var command = new ArrayList<>(List.of("/usr/bin/python3", script.toString()));
    command.addAll(List.of(arguments));
    this.process = ChildProcess.start("pymodbus " + arguments[0], Map.of(), command);
    this.listening = process.awaitLine("listening ", Duration.ofSeconds(30));
  }

  static PymodbusServer start() {
    return new PymodbusServer("tcp");
  }

  static PymodbusServer startRtuOverTcp() {
    return new PymodbusServer("rtu-over-tcp");
  }

  /** On a serial port, at 115200 8N1. */
  static PymodbusServer start(Path serialPort) {
    return new PymodbusServer("rtu", serialPort.toString());
  }

  /** Of TCP. */
  int port() {
    return Integer.parseInt(listening);
  }

  ChildProcess process() {
    return process;
  }

  /** What unit 1 holds. */
  List<PeerPoint> points() {
    return PeerPoint.parse(process.lines());
  }

  @Override
  public void close() {
    process.close();
  }
}
