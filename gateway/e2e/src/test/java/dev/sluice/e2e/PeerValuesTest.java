package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        compare(libmodbus.points(), "lib-1", subscriber.ledger(), gateway);
        compare(pymodbus.points(), "py-1", subscriber.ledger(), gateway);
        gateway.stopInOrder();
      }
    }
  }

  static void compare(List<PeerPoint> points, String device, Ledger ledger, Distribution gateway) {
    assertThat(points).hasSizeGreaterThan(100);
    Eventually.holds(
        "all " + points.size() + " points of " + device,
        Duration.ofSeconds(20),
        () -> ledger.latest(device).size() == points.size(),
        () -> ledger.latest(device).size() + " came\n" + gateway.process().output());
    Map<String, Object> latest = ledger.latest(device);
    for (PeerPoint point : points) {
      Object value = latest.get(point.name());
      assertThat(equal(point, value)).as("%s of %s: %s", point, device, value).isTrue();
    }
    System.out.println("values compared with " + device + ": " + points.size());
  }

  private static boolean equal(PeerPoint point, Object value) {
    if ("bad_value".equals(point.value())) {
      return "quality bad_value".equals(value);
    }
    return switch (point.type()) {
      case "bool" -> Boolean.valueOf(point.value()).equals(value);
      case "string" -> point.value().equals(value);
      case "float32" ->
          value instanceof Number n && n.floatValue() == Float.parseFloat(point.value());
      case "float64" ->
          value instanceof Number n && n.doubleValue() == Double.parseDouble(point.value());
      default ->
          value instanceof Number n
              && new BigInteger(n.toString()).equals(new BigInteger(point.value()));
    };
  }
}
