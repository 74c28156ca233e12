package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Compares what arrived upstream with what the peers say they hold. */
final class PeerValues {

  private PeerValues() {}

  /** Every point has come, and its last value is the peer's. */
  static void compare(
      List<PeerPoint> points, String device, Ledger ledger, Distribution gateway) {
    assertThat(points).hasSizeGreaterThan(100);
    Eventually.holds(
        "all " + points.size() + " points of " + device,
        Duration.ofSeconds(30),
        () -> ledger.latest(device).size() == points.size(),
        () -> ledger.latest(device).size() + " came\n" + gateway.process().output());
    Map<String, Object> latest = ledger.latest(device);
    for (PeerPoint point : points) {
      Object value = latest.get(point.name());
      assertThat(point.holds(value)).as("%s of %s: %s", point, device, value).isTrue();
    }
    System.out.println("values compared with " + device + ": " + points.size());
  }
}
