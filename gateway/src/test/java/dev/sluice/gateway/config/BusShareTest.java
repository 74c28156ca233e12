package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sluice check} says about a bus' time. */
class BusShareTest {

  /** At 9600 8N1: a request of 8 and a reply of 7 characters of 1.04 ms, and 10 ms to think. */
  private static final double EXCHANGE_SECONDS = 0.0256;

  @TempDir Path directory;

  private LoadedConfig tenDevices(String keys) throws Exception {
    return tenDevices(keys, "a: { at: input 0 }");
  }

  private LoadedConfig tenDevices(String keys, String points) throws Exception {
    var yaml =
        new StringBuilder(
            """
            gateway: { id: plant }
            lines:
              bus-a: { driver: modbus, serial: { port: /dev/ttyS-none, baud: 9600, parity: none } }
            uplinks:
              cloud: { connector: mqtt, url: tcp://localhost }
            devices:
            """);
    for (int unit = 1; unit <= 10; unit++) {
      yaml.append(
          "  meter-%d: { line: bus-a, unit: %d, %s, points: { %s } }\n"
              .formatted(unit, unit, keys, points));
    }
    return Loading.load(directory, yaml.toString());
  }

  @Test
  void pausesOfDevicesTakeTheirPartOfTheBus() throws Exception {
    LoadedConfig loaded = tenDevices("every: 1s, pauseAfter: 100ms");

    assertThat(loaded.lines().get(0).busShare())
        .isCloseTo(10 * (EXCHANGE_SECONDS + 0.1), within(0.01));
    assertThat(loaded.warnings())
        .singleElement()
        .asString()
        .contains("lines/bus-a: found polls that need 126 % of 9600 8N1")
        .contains("cannot hold 1s, can hold 1.3s");
  }

  @Test
  void thePauseAfterOneIsThePauseBeforeTheNext() throws Exception {
    LoadedConfig loaded = tenDevices("every: 2s, pauseBefore: 80ms, pauseAfter: 100ms");

    assertThat(loaded.lines().get(0).busShare())
        .isCloseTo(5 * (EXCHANGE_SECONDS + 0.1), within(0.01));
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void withoutPausesTheSilencesOfTheProtocolCount() throws Exception {
    LoadedConfig loaded = tenDevices("every: 1s");

    assertThat(loaded.lines().get(0).busShare())
        .isCloseTo(10 * (EXCHANGE_SECONDS + 0.0036), within(0.01));
  }

  @Test
  void aPauseLongerThanTheTimeoutIsNoReasonToRefuseTheTimeout() throws Exception {
    LoadedConfig loaded = tenDevices("every: 1m, pauseAfter: 5s");

    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void pointsFurtherApartShareAReadWhereAnotherWouldCostAPause() throws Exception {
    String apart = "a: { at: input 0 }, b: { at: input 40 }";

    assertThat(tenDevices("every: 1m", apart).lines().get(0).polls()).isEqualTo(20);
    assertThat(tenDevices("every: 1m, pauseBefore: 100ms", apart).lines().get(0).polls())
        .isEqualTo(10);
  }
}
