package dev.sluice.e2e;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives upstream is what the peers say they hold: all types, orders and tables. */
class PeerValuesTest {

  @TempDir Path directory;

  @Test
  void everyValueOfLibmodbusAndPymodbusArrivesAsThePeerHoldsIt() {
    try (var libmodbus = LibmodbusServer.start(1);
        var pymodbus = PymodbusServer.start();
        var mosquitto = Mosquitto.plain(directory).start();
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site =
          new Site(directory)
              .linger("200ms")
              .line("lib", libmodbus.port())
              .line("py", pymodbus.port())
              .device("lib-1", "lib", libmodbus.points(), "500ms")
              .device("py-1", "py", pymodbus.points(), "500ms")
              .uplink(mosquitto.port());
      try (var gateway = Distribution.start(site)) {
        PeerValues.compare(libmodbus.points(), "lib-1", subscriber.ledger(), gateway);
        PeerValues.compare(pymodbus.points(), "py-1", subscriber.ledger(), gateway);
        gateway.stopInOrder();
      }
    }
  }
}
