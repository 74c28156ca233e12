package dev.sluice.gateway.normalize;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.Deadband;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.ReadingBlock;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A device of one point, fed with values, answering with what would be sent, in words. */
final class Normalizing {

  private final DeviceDefinition device;
  private final DeviceNormalizer normalizer;
  private final NormalizedBlock out = new NormalizedBlock();

  Normalizing(ValueType type, PointRules rules) {
    device = new DeviceDefinition("d", List.of(new PointDefinition("p", "V", type, rules)));
    normalizer = new DeviceNormalizer(device);
  }

  static PointRules scaled(String scale, String offset) {
    return new PointRules(
        new BigDecimal(scale),
        new BigDecimal(offset),
        null,
        Duration.ZERO,
        Duration.ZERO,
        null,
        null);
  }

  static PointRules sending(@Nullable Deadband deadband, long minMillis, long heartbeatMillis) {
    return new PointRules(
        BigDecimal.ONE,
        BigDecimal.ZERO,
        deadband,
        Duration.ofMillis(minMillis),
        Duration.ofMillis(heartbeatMillis),
        null,
        null);
  }

  static PointRules within(@Nullable String min, @Nullable String max, String scale) {
    return new PointRules(
        new BigDecimal(scale),
        BigDecimal.ZERO,
        null,
        Duration.ZERO,
        Duration.ZERO,
        min == null ? null : new BigDecimal(min),
        max == null ? null : new BigDecimal(max));
  }

  OutputPoint output() {
    return normalizer.outputs().get(0);
  }

  NormalizedBlock block() {
    return out;
  }

  String integer(long value) {
    return at(0, values -> values.integer(0, value));
  }

  String number(double value) {
    return at(0, values -> values.number(0, value));
  }

  String decimal(String value) {
    return decimal(0, value);
  }

  String decimal(long millis, String value) {
    var decimal = new BigDecimal(value);
    return at(
        millis, to -> to.decimal(0, decimal.unscaledValue().longValueExact(), decimal.scale()));
  }

  String bad(Quality quality) {
    return at(0, values -> values.bad(0, quality));
  }

  /** What is sent of a value that is read back after a write. */
  String readBack(Consumer<Values.Builder> value) {
    var values = new Values.Builder(1);
    value.accept(values);
    var when = new Acquisition(1_700_000_000_000L, true, 0);
    var first = new BitSet();
    first.set(0);
    var block = new ReadingBlock(device, new int[] {0}, values.build(), when, first);
    normalizer.normalize(block, out);
    return sent();
  }

  /** What is sent of a value read at a monotonic time; {@code -} for nothing. */
  String at(long millis, Consumer<Values.Builder> value) {
    var values = new Values.Builder(1);
    value.accept(values);
    var when = new Acquisition(1_700_000_000_000L, true, millis * 1_000_000);
    normalizer.normalize(new ReadingBlock(device, new int[] {0}, values.build(), when), out);
    return sent();
  }

  private String sent() {
    if (out.size() == 0) {
      return "-";
    }
    return (out.hasValue(0) ? value() : "")
        + (out.hasValue(0) && !out.isGood(0) ? " " : "")
        + (out.isGood(0) ? "" : out.quality(0).word());
  }

  private String value() {
    long bits = out.bits(0);
    return switch (output().type()) {
      case DECIMAL -> BigDecimal.valueOf(bits, out.scale(0)).toPlainString();
      case FLOAT32 -> Float.toString((float) Double.longBitsToDouble(bits));
      case FLOAT64 -> Double.toString(Double.longBitsToDouble(bits));
      case UINT64 -> Long.toUnsignedString(bits);
      case STRING -> out.text(0);
      default -> Long.toString(bits);
    };
  }
}
