package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload.Metric;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload.PropertySet;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload.PropertyValue;
import java.math.BigDecimal;

/** Values and qualities in the words of Sparkplug 3.0, chapter "Payloads". */
final class Datatypes {

  static final int INT16 = 2;
  static final int INT32 = 3;
  static final int INT64 = 4;
  static final int UINT16 = 6;
  static final int UINT32 = 7;
  static final int UINT64 = 8;
  static final int FLOAT = 9;
  static final int DOUBLE = 10;
  static final int BOOLEAN = 11;
  static final int STRING = 12;

  /** Of {@code Quality}; good is not told. */
  static final int BAD = 0;

  static final int STALE = 500;

  private static final PropertySet IS_BAD = quality(BAD, false);
  private static final PropertySet IS_STALE = quality(STALE, false);
  private static final PropertySet DOUBTFUL_BAD = quality(BAD, true);
  private static final PropertySet DOUBTFUL_STALE = quality(STALE, true);
  private static final PropertySet DOUBTFUL =
      PropertySet.newBuilder().addKeys("Clock").addValues(untrusted()).build();

  private Datatypes() {}

  static int of(ValueType type) {
    return switch (type) {
      case BOOL -> BOOLEAN;
      case INT16 -> INT16;
      case UINT16 -> UINT16;
      case INT32 -> INT32;
      case UINT32 -> UINT32;
      case INT64 -> INT64;
      case UINT64 -> UINT64;
      case FLOAT32 -> FLOAT;
      case FLOAT64, DECIMAL -> DOUBLE;
      case STRING -> STRING;
    };
  }

  /**
   * Sets a value of any type but string.
   *
   * @param bits as in {@link dev.sluice.driver.Values}
   * @return false, and nothing set, when it is not finite
   */
  static boolean set(Metric.Builder metric, ValueType type, int scale, long bits) {
    switch (type) {
      case BOOL -> metric.setBooleanValue(bits != 0);
      case INT16, UINT16, INT32, UINT32 -> metric.setIntValue((int) bits);
      case INT64, UINT64 -> metric.setLongValue(bits);
      case FLOAT32 -> {
        float value = (float) Double.longBitsToDouble(bits);
        if (!Float.isFinite(value)) {
          return false;
        }
        metric.setFloatValue(value);
      }
      case FLOAT64 -> {
        double value = Double.longBitsToDouble(bits);
        if (!Double.isFinite(value)) {
          return false;
        }
        metric.setDoubleValue(value);
      }
      case DECIMAL ->
          metric.setDoubleValue(scale == 0 ? bits : BigDecimal.valueOf(bits, scale).doubleValue());
      case STRING -> throw new IllegalStateException("BUG: a string has no bits");
    }
    return true;
  }

  /** What a quality is called: a device that cannot be reached leaves a stale value. */
  static int quality(Quality quality) {
    return quality == Quality.TIMEOUT || quality == Quality.DISCONNECTED ? STALE : BAD;
  }

  /** Says that a value is not good. */
  static void doubt(Metric.Builder metric, int quality, boolean clockTrusted) {
    if (clockTrusted) {
      metric.setProperties(quality == STALE ? IS_STALE : IS_BAD);
    } else {
      metric.setProperties(quality == STALE ? DOUBTFUL_STALE : DOUBTFUL_BAD);
    }
  }

  /** Says that a time is what a wrong clock said. */
  static void doubtTime(Metric.Builder metric) {
    metric.setProperties(DOUBTFUL);
  }

  private static PropertySet quality(int code, boolean doubtful) {
    var set =
        PropertySet.newBuilder()
            .addKeys("Quality")
            .addValues(PropertyValue.newBuilder().setType(INT32).setIntValue(code));
    if (doubtful) {
      set.addKeys("Clock").addValues(untrusted());
    }
    return set.build();
  }

  private static PropertyValue untrusted() {
    return PropertyValue.newBuilder().setType(STRING).setStringValue("untrusted").build();
  }
}
