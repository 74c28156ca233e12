package dev.sluice.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What serial slaves that others wrote hold arrives upstream: all types, orders and tables. */
@Tag("alone")
class SerialPeersTest {

  @TempDir Path directory;

  @Test
  void everyValueOfFiveSerialSlavesArrivesAsThePeerHoldsIt() {
    try (var first = SerialCable.plugged(directory, "first");
        var second = SerialCable.plugged(directory, "second");
        var third = SerialCable.plugged(directory, "third");
        var fourth = SerialCable.plugged(directory, "fourth");
        var libmodbus = LibmodbusServer.onPort(first.far());
        var pymodbus = PymodbusServer.onPort(second.far());
        var modbusSerial = NodePeer.start("modbus_serial_server.js", third.far().toString());
        var j2mod = J2modServer.start(fourth.far());
        var overTcp = PymodbusServer.rtuOverTcp();
        var mosquitto = Mosquitto.plain(directory).start();
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site =
          new Site(directory)
              .linger("200ms")
              .serialLine("lib", first.near())
              .serialLine("py", second.near())
              .serialLine("js", third.near())
              .serialLine("j2", fourth.near())
              .lineOf(
                  "tcp",
                  "driver: modbus, framing: rtu, baud: 115200, tcp: { host: 127.0.0.1, port: %d }"
                      .formatted(overTcp.port()))
              .device("lib-1", "lib", libmodbus.points(), "500ms")
              .device("py-1", "py", pymodbus.points(), "500ms")
              .device("js-1", "js", modbusSerial.points(), "500ms")
              .device("j2-1", "j2", j2mod.points(), "500ms")
              .device("tcp-1", "tcp", overTcp.points(), "500ms")
              .uplink(mosquitto.port());
      try (var gateway = Distribution.start(site)) {
        PeerValuesTest.compare(libmodbus.points(), "lib-1", subscriber.ledger(), gateway);
        PeerValuesTest.compare(pymodbus.points(), "py-1", subscriber.ledger(), gateway);
        PeerValuesTest.compare(modbusSerial.points(), "js-1", subscriber.ledger(), gateway);
        PeerValuesTest.compare(j2mod.points(), "j2-1", subscriber.ledger(), gateway);
        PeerValuesTest.compare(overTcp.points(), "tcp-1", subscriber.ledger(), gateway);
        gateway.stopInOrder();
      }
    }
  }
}
