package dev.sluice.gateway.cli;

import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.Attempt;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.ReadingBlock;
import dev.sluice.gateway.normalize.DeviceNormalizer;
import dev.sluice.gateway.normalize.NormalizedBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A point as it was read: just what a gateway would make of it.
 *
 * @param index of the point in its device
 * @param value in engineering units; none unless the quality says that there is one
 * @param raw as the driver read it; none when it brought nothing
 * @param rawType of it
 */
record Reading(
    int index,
    String point,
    String unit,
    @Nullable Object value,
    Quality quality,
    @Nullable Object raw,
    ValueType rawType,
    Attempt attempt) {

  /** All points of all attempts, in the order of the configuration. */
  static List<Reading> of(DeviceDefinition device, List<Attempt> attempts) {
    var readings = new ArrayList<Reading>();
    for (Attempt attempt : attempts) {
      // A fresh one each time: what is to be seen is the value, not whether it moved.
      var normalizer = new DeviceNormalizer(device);
      int[] points = attempt.points().stream().mapToInt(Integer::intValue).toArray();
      var at = new Acquisition(0, false, attempt.acquiredNanos());
      var out = new NormalizedBlock();
      normalizer.normalize(new ReadingBlock(device, points, attempt.values(), at), out);
      for (int i = 0; i < points.length; i++) {
        readings.add(of(device.points().get(points[i]), points[i], i, attempt, normalizer, out));
      }
    }
    readings.sort(Comparator.comparingInt(Reading::index));
    return readings;
  }

  private static Reading of(
      PointDefinition point,
      int index,
      int i,
      Attempt attempt,
      DeviceNormalizer normalizer,
      NormalizedBlock out) {
    var values = attempt.values();
    Object raw =
        values.isGood(i)
            ? RawValue.of(point.type(), values.bits(i), values.scale(i), values.text(i))
            : null;
    Object value =
        out.hasValue(i)
            ? RawValue.of(
                normalizer.outputs().get(index).type(), out.bits(i), out.scale(i), out.text(i))
            : null;
    return new Reading(
        index, point.name(), point.unit(), value, out.quality(i), raw, point.type(), attempt);
  }

  boolean isGood() {
    return quality == Quality.GOOD;
  }

  /** From request to the end of the reply; none when nothing came or nobody asked. */
  @Nullable Double millis() {
    PollTiming timing = attempt.timing();
    return timing == null || attempt.tries() == 0
        ? null
        : (timing.lastByteNanos() - timing.requestEndNanos()) / 1e6;
  }

  /** {@code 230.1 V}, or a dash. */
  String words() {
    return value == null ? "-" : RawValue.words(value) + (unit.isEmpty() ? "" : " " + unit);
  }
}
