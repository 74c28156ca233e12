package dev.sluice.gateway.batch;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.acquire.Acquired;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What the golden directories were filled with. Run once; what it made is never made again. */
public final class GoldenPayloads {

  static final int LONG = 480;

  private static final PointRules TENTHS =
      new PointRules(
          new BigDecimal("0.1"),
          BigDecimal.ZERO,
          null,
          Duration.ZERO,
          Duration.ZERO,
          null,
          new BigDecimal("250"));

  private static final DeviceDefinition METER =
      new DeviceDefinition(
          "meter-1",
          List.of(
              new PointDefinition("voltage", "V", ValueType.INT16, TENTHS),
              new PointDefinition("running", "", ValueType.BOOL, PointRules.NONE),
              new PointDefinition("energy", "kWh", ValueType.UINT64, PointRules.NONE),
              new PointDefinition("power", "W", ValueType.FLOAT32, PointRules.NONE),
              new PointDefinition("weight", "kg", ValueType.DECIMAL, PointRules.NONE),
              new PointDefinition("model", "", ValueType.STRING, PointRules.NONE)));

  private GoldenPayloads() {}

  /** A record of 12 readings of one meter, all types and some without a value; differs by n. */
  public static byte[] data(int n) {
    return encoded(meter(Plant.at(1_000L * n), n), doubtful(Plant.at(1_000L * n + 500)));
  }

  /** The same from before the clock was trusted. */
  public static byte[] early(int n) {
    return encoded(meter(Plant.untrusted(1_000L * n), n));
  }

  /** A record of 480 readings that takes more than a page. */
  public static byte[] large(int n) {
    DeviceDefinition noise = Plant.device("noise", ValueType.FLOAT64, LONG);
    var random = new Random(n);
    return encoded(
        Plant.block(
            noise,
            Plant.at(1_000L * n),
            to -> {
              for (int i = 0; i < LONG; i++) {
                to.number(i, random.nextDouble());
              }
            }));
  }

  /** A device went down, or came up before the clock was trusted. */
  public static byte[] state(boolean up) {
    return up
        ? new DeviceStateRecord("meter-1", 9_000, false, true, "", "boot-1", 59_000).encode()
        : new DeviceStateRecord("meter-1", Plant.T, true, false, "timeout").encode();
  }

  /** Three anchors of two boots. */
  public static void anchors(Path file) {
    var clock = new WallClock();
    clock.boot(0);
    clock.pass(60_000);
    clock.synchronizedTo(Plant.T);
    look(file, clock, "boot-1");
    clock.pass(600_000);
    clock.wallMillis += 3_600_000;
    look(file, clock, "boot-1");
    clock.boot(0);
    clock.pass(30_000);
    clock.synchronizedTo(Plant.T + 86_400_000);
    look(file, clock, "boot-2");
  }

  private static void look(Path file, WallClock clock, String boot) {
    var anchors = new ClockAnchors(file, clock);
    anchors.begin(boot);
    Object unused = anchors.look();
  }

  private static Acquired meter(Acquisition acquired, int n) {
    return Plant.block(
        METER,
        acquired,
        to ->
            to.integer(0, 2300 + n)
                .integer(1, n % 2)
                .integer(2, -n)
                .number(3, n + 0.5)
                .decimal(4, -1302, 2)
                .text(5, "ö" + n));
  }

  private static Acquired doubtful(Acquisition acquired) {
    return Plant.block(
        METER,
        acquired,
        to ->
            to.integer(0, 2900)
                .bad(1, Quality.TIMEOUT)
                .bad(2, Quality.DISCONNECTED)
                .number(3, Double.NaN)
                .decimal(4, 42, 0)
                .bad(5, Quality.UNKNOWN_ERROR));
  }

  private static byte[] encoded(Acquired... all) {
    var shelf = new Shelf();
    try (var batcher =
        new Batcher(
            64 << 10, "boot-1", shelf, new IngestCounters(), new CurrentValues(), () -> {})) {
      List.of(all).forEach(batcher::take);
      batcher.flush();
    }
    return shelf.payloads().get(0);
  }
}
