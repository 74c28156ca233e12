package dev.sluice.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server on npm's modbus-serial, unit 1 of a serial port at 115200 8N1. */
final class ModbusSerialServer implements AutoCloseable {

  private final ChildProcess process;

  private ModbusSerialServer(ChildProcess process) {
    this.process = process;
    process.awaitLine("listening ", Duration.ofSeconds(20));
  }

  static ModbusSerialServer start(Path serialPort) {
    return new ModbusSerialServer(
        NodePeers.start("modbus_serial_server.js", serialPort.toString()));
  }

  List<PeerPoint> points() {
    return PeerPoint.parse(process.lines());
  }

  @Override
  public void close() {
    process.close();
  }
}
