package dev.sluice.gateway.normalize;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.ReadingBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Normalizes the blocks of one device and remembers what was sent of each point. Its own rules
 * beside those of {@link dev.sluice.gateway.acquire.PointRules}:
 *
 * <ul>
 *   <li>A point without a value is reported when its quality changes, and not again.
 *   <li>A value out of its range is sent like a good one, with that quality, but a heartbeat never
 *       repeats it.
 *   <li>The first value, and the first one after a change of quality, is always sent.
 *   <li>What is read back after a write is sent when it differs at all from what was sent last.
 *   <li>Intervals are measured between the acquisitions by monotonic time. A block that was
 *       acquired before the last one sent does not move that time back.
 * </ul>
 *
 * <p>Not thread-safe: one verticle per device.
 */
public final class DeviceNormalizer {

  private static final byte NEVER = -1;
  private static final int GOOD = Quality.GOOD.code();
  private static final int BAD_VALUE = Quality.BAD_VALUE.code();
  private static final int OUT_OF_RANGE = Quality.OUT_OF_RANGE.code();

  private final List<OutputPoint> outputs;
  private final Conversion[] conversions;
  private final @Nullable SendRule[] rules;
  private final boolean[] floats;
  private final boolean plain; // every value is sent as it was read
  private final boolean strings;
  private final boolean decimals;

  // What was sent last, by point. The value columns are empty when no point has a rule.
  private final byte[] lastQuality;
  private final long[] lastBits;
  private final byte[] lastScale; // NEVER as long as no value was sent
  private final long[] lastNanos;
  private final @Nullable String[] lastText;
  private int doubtful; // points whose last quality is not good

  /** One that has seen nothing yet. */
  public DeviceNormalizer(DeviceDefinition device) {
    int size = device.points().size();
    var points = new ArrayList<OutputPoint>(size);
    conversions = new Conversion[size];
    rules = new @Nullable SendRule[size];
    floats = new boolean[size];
    lastQuality = new byte[size];
    boolean ruled = false;
    boolean converted = false;
    for (int i = 0; i < size; i++) {
      PointDefinition point = device.points().get(i);
      Conversion conversion = Conversion.of(point);
      SendRule rule = SendRule.of(point.rules(), conversion);
      points.add(
          new OutputPoint(point.name(), point.unit(), conversion.type(), conversion.scale()));
      conversions[i] = conversion;
      rules[i] = rule;
      floats[i] = conversion instanceof Conversion.Finite;
      ruled |= rule != null;
      converted |= !(floats[i] || conversion instanceof Conversion.Unchanged);
    }
    outputs = List.copyOf(points);
    plain = !ruled && !converted;
    strings = outputs.stream().anyMatch(point -> point.type() == ValueType.STRING);
    decimals = outputs.stream().anyMatch(point -> point.type() == ValueType.DECIMAL);
    int remembered = ruled ? size : 0;
    lastBits = new long[remembered];
    lastScale = new byte[remembered];
    lastNanos = new long[remembered];
    lastText = new @Nullable String[strings ? remembered : 0];
    nothingSent(rules, lastQuality, lastScale);
  }

  private static void nothingSent(@Nullable SendRule[] rules, byte[] quality, byte[] scale) {
    for (int i = 0; i < rules.length; i++) {
      quality[i] = rules[i] == null ? (byte) GOOD : NEVER;
    }
    Arrays.fill(scale, NEVER);
  }

  /** What was sent is lost: the next reading of every point is sent as if it were the first. */
  public void forget() {
    nothingSent(rules, lastQuality, lastScale);
    doubtful = 0;
  }

  /** What comes out, in the order of {@link DeviceDefinition#points()}. */
  public List<OutputPoint> outputs() {
    return outputs;
  }

  /**
   * Normalizes the next block of the device.
   *
   * @param out emptied, then filled with what is worth sending
   */
  public void normalize(ReadingBlock block, NormalizedBlock out) {
    out.clear(block.size());
    if (plain && doubtful == 0 && block.values().allGood() && allFinite(block)) {
      out.take(block, strings, decimals);
      return;
    }
    Values values = block.values();
    long now = block.acquired().monotonicNanos();
    for (int i = 0; i < block.size(); i++) {
      int point = block.point(i);
      if (!values.isGood(i)) {
        bad(point, values.quality(i).code(), out);
      } else if (!conversions[point].convert(values, i, out)) {
        bad(point, BAD_VALUE, out);
      } else {
        value(point, now, block.isReadBack(i), out);
      }
    }
  }

  private boolean allFinite(ReadingBlock block) {
    for (int i = 0; i < block.size(); i++) {
      if (floats[block.point(i)] && !Conversion.Finite.isFinite(block.values().bits(i))) {
        return false;
      }
    }
    return true;
  }

  private void bad(int point, int quality, NormalizedBlock out) {
    if (lastQuality[point] == quality) {
      out.leaveRepeated();
    } else {
      become(point, quality);
      out.keepBad(point, quality);
    }
  }

  private void value(int point, long now, boolean readBack, NormalizedBlock out) {
    SendRule rule = rules[point];
    if (rule == null) {
      if (lastQuality[point] != GOOD) {
        become(point, GOOD);
      }
      out.keep(point, GOOD);
      return;
    }
    Range range = rule.range();
    int quality =
        range == null || range.holds(out.valueBits(), out.valueScale()) ? GOOD : OUT_OF_RANGE;
    if (readBack) {
      if (lastQuality[point] == quality && isSame(point, out)) {
        out.leaveUnmoved();
        return;
      }
    } else if (lastQuality[point] == quality) {
      long elapsed = now - lastNanos[point];
      boolean beats = quality == GOOD && rule.heartbeat() > 0 && elapsed >= rule.heartbeat();
      if (!beats && !moved(point, rule.change(), out)) {
        out.leaveUnmoved();
        return;
      }
      if (rule.minInterval() > 0 && elapsed < rule.minInterval()) {
        out.leaveTooSoon();
        return;
      }
    }
    remember(point, quality, now, out);
    out.keep(point, quality);
  }

  private boolean isSame(int point, NormalizedBlock out) {
    return lastBits[point] == out.valueBits()
        && lastScale[point] == (byte) out.valueScale()
        && (lastText.length == 0 || Objects.equals(lastText[point], out.valueText()));
  }

  private boolean moved(int point, @Nullable Change change, NormalizedBlock out) {
    if (change == null) {
      return true;
    }
    if (outputs.get(point).type() == ValueType.STRING) {
      return !Objects.equals(lastText[point], out.valueText());
    }
    return change.beyond(lastBits[point], lastScale[point], out.valueBits(), out.valueScale());
  }

  private void remember(int point, int quality, long now, NormalizedBlock out) {
    boolean first = lastScale[point] == NEVER;
    become(point, quality);
    lastBits[point] = out.valueBits();
    lastScale[point] = (byte) out.valueScale();
    if (first || now - lastNanos[point] > 0) {
      lastNanos[point] = now;
    }
    if (lastText.length > 0) {
      lastText[point] = out.valueText();
    }
  }

  private void become(int point, int quality) {
    doubtful += (quality > GOOD ? 1 : 0) - (lastQuality[point] > GOOD ? 1 : 0);
    lastQuality[point] = (byte) quality;
  }
}
