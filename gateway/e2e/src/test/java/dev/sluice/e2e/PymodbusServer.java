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

  private PymodbusServer(ChildProcess process) {
    this.process = process;
    this.listening = process.awaitLine("listening ", Duration.ofSeconds(20));
  }

  static PymodbusServer start() {
    return start("tcp");
  }

  /** RTU frames over a connection. */
  static PymodbusServer rtuOverTcp() {
    return start("rtu-over-tcp");
  }

  /** Unit 1 on a serial port at 115200 8N1. */
  static PymodbusServer onPort(Path port) {
    return start("rtu", port.toString());
  }

  private static PymodbusServer start(String... how) {
    var command = new ArrayList<String>();
    command.add("/usr/bin/python3");
    command.add(Repository.file("gateway/e2e/src/test/python/pymodbus_server.py").toString());
    command.addAll(List.of(how));
    return new PymodbusServer(ChildProcess.start("pymodbus server", Map.of(), command));
  }

  int port() {
    return Integer.parseInt(listening);
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
