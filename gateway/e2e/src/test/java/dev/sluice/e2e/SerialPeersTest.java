package dev.sluice.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of RTU servers that others wrote, over serial ports and over a connection. */
class SerialPeersTest {

  @TempDir Path directory;

  @Test
  void everyValueOfFiveRtuServersArrivesAsThePeerHoldsIt() {
    try (var cable1 = new SerialCable();
        var cable2 = new SerialCable();
        var cable3 = new SerialCable();
        var cable4 = new SerialCable();
        var libmodbus = LibmodbusServer.onPort(cable1.peerEnd());
        var pymodbus = PymodbusServer.onPort(cable2.peerEnd());
        var j2mod = J2modServer.start(cable3.peerEnd());
        var modbusSerial = ModbusSerialServer.start(cable4.peerEnd());
        var overTcp = PymodbusServer.rtuOverTcp();
        var mosquitto = Mosquitto.plain(directory).start();
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site =
          new Site(directory)
              .linger("200ms")
              .serialLine("lib", cable1.gatewayEnd())
              .serialLine("py", cable2.gatewayEnd())
              .serialLine("j2", cable3.gatewayEnd())
              .serialLine("npm", cable4.gatewayEnd())
              .lineOf(
                  "tcp",
                  "driver: modbus, framing: rtu, tcp: { host: 127.0.0.1, port: %d }"
                      .formatted(overTcp.port()))
              .device("lib-1", "lib", libmodbus.points(), "1s")
              .device("py-1", "py", pymodbus.points(), "1s")
              .device("j2-1", "j2", j2mod.points(), "1s")
              .device("npm-1", "npm", modbusSerial.points(), "1s")
              .device("tcp-1", "tcp", overTcp.points(), "1s")
              .uplink(mosquitto.port());
      try (var gateway = Distribution.start(site)) {
        Ledger ledger = subscriber.ledger();
        PeerValues.compare(libmodbus.points(), "lib-1", ledger, gateway);
        PeerValues.compare(pymodbus.points(), "py-1", ledger, gateway);
        PeerValues.compare(j2mod.points(), "j2-1", ledger, gateway);
        PeerValues.compare(modbusSerial.points(), "npm-1", ledger, gateway);
        PeerValues.compare(overTcp.points(), "tcp-1", ledger, gateway);
        gateway.stopInOrder();
      }
    }
  }
}
