package dev.sluice.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A server on pymodbus 3.0, run by the system's Python: the Debian package is made for that one.
 */
final class PymodbusServer implements AutoCloseable {

  private final ChildProcess process;
  private final int port;

  private PymodbusServer(ChildProcess process) {
    this.process = process;
    this.port = Integer.parseInt(process.awaitLine("listening ", Duration.ofSeconds(20)));
  }

  static PymodbusServer start() {
    return new PymodbusServer(
        ChildProcess.start(
            "pymodbus server",
            Map.of(),
            List.of(
                "/usr/bin/python3",
                Repository.file("gateway/e2e/src/test/python/pymodbus_server.py").toString())));
  }

  int port() {
    return port;
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
