package dev.sluice.gateway.batch;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.ReadingBlock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Blocks of every type, quality and magnitude, and beside each what should be read of it later.
 * Every reading differs in quality from the one before or has none, so that none is held back.
 */
final class RandomPlant {

  private static final PointRules RANGE =
      new PointRules(
          BigDecimal.ONE,
          BigDecimal.ZERO,
          null,
          Duration.ZERO,
          Duration.ZERO,
          new BigDecimal(-1000),
          new BigDecimal(1000));

  private final Random random;
  private final List<DeviceDefinition> devices = new ArrayList<>();
  private final List<List<Quality>> lastQualities = new ArrayList<>();

  RandomPlant(Random random, int count) {
    this.random = random;
    for (int i = 0; i < count; i++) {
      var points = new ArrayList<PointDefinition>();
      var qualities = new ArrayList<Quality>();
      int size = 1 + random.nextInt(40);
      for (int point = 0; point < size; point++) {
        ValueType type = ValueType.values()[random.nextInt(ValueType.values().length)];
        boolean ranged = type == ValueType.INT32 && random.nextBoolean();
        String unit = random.nextBoolean() ? "" : "°" + random.nextInt(3);
        // Names repeat over devices, with other types: columns are shared only when all is equal.
        String name = "point-" + point + "-ß" + random.nextInt(2);
        points.add(new PointDefinition(name, unit, type, ranged ? RANGE : PointRules.NONE));
        qualities.add(Quality.GOOD);
      }
      devices.add(new DeviceDefinition("dev-" + i, points));
      lastQualities.add(qualities);
    }
  }

  /** Adds what should be read to the list of its device. */
  ReadingBlock next(Acquisition acquired, List<List<String>> expected) {
    int which = random.nextInt(devices.size());
    DeviceDefinition device = devices.get(which);
    int size = device.points().size();
    int[] points = IntStream.range(0, size).filter(point -> random.nextInt(4) != 0).toArray();
    if (random.nextInt(4) == 0 && points.length > 1) {
      int first = points[0];
      points[0] = points[points.length - 1];
      points[points.length - 1] = first;
    }
    var values = new Values.Builder(points.length);
    for (int i = 0; i < points.length; i++) {
      PointDefinition point = device.points().get(points[i]);
      String value = value(values, i, point, lastQualities.get(which), points[i]);
      if (!value.equals("-")) {
        int scale =
            point.type() == ValueType.DECIMAL ? new BigDecimal(scaleOnly(value)).scale() : 0;
        expected
            .get(which)
            .add(
                Readings.line(
                    device.id(),
                    acquired.wallMillis(),
                    acquired.clockTrusted()
                        ? null
                        : Math.floorDiv(acquired.monotonicNanos(), 1_000_000L),
                    Column.of(point.name(), point.unit(), point.type(), scale),
                    value));
      }
    }
    return new ReadingBlock(device, points, values.build(), acquired);
  }

  private static String scaleOnly(String value) {
    return value.matches("-?[0-9].*") ? value : "0";
  }

  private String value(
      Values.Builder values, int i, PointDefinition point, List<Quality> last, int index) {
    if (random.nextInt(10) == 0) {
      Quality quality = Quality.values()[1 + random.nextInt(Quality.values().length - 1)];
      values.bad(i, quality);
      if (last.set(index, quality) == quality) {
        return "-";
      }
      return quality.word();
    }
    last.set(index, Quality.GOOD);
    long bits = random.nextLong() >> random.nextInt(64);
    switch (point.type()) {
      case BOOL -> bits &= 1;
      case INT16 -> bits = (short) bits;
      case UINT16 -> bits &= 0xffff;
      case INT32 -> bits = (int) bits;
      case UINT32 -> bits &= 0xffff_ffffL;
      case FLOAT32 -> bits = Double.doubleToRawLongBits(finite((float) random.nextGaussian()));
      case FLOAT64 -> bits = Double.doubleToRawLongBits(finite(Double.longBitsToDouble(bits)));
      case DECIMAL -> {
        int scale = random.nextInt(random.nextInt(19) + 1);
        values.decimal(i, bits, scale);
        return Readings.number(point.type(), bits, scale);
      }
      case STRING -> {
        String text = random.nextInt(5) == 0 ? "" : "text " + Long.toString(bits, 36) + " ✓";
        values.text(i, text);
        return text;
      }
      default -> {}
    }
    values.integer(i, bits);
    boolean out = point.rules() == RANGE && Math.abs(bits) > 1000;
    if (out) {
      last.set(index, Quality.OUT_OF_RANGE);
    }
    return Readings.number(point.type(), bits, 0) + (out ? " out_of_range" : "");
  }

  private double finite(double value) {
    return Double.isFinite(value) ? value : random.nextDouble();
  }
}
