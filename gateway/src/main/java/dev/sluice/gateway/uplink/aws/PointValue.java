package dev.sluice.gateway.uplink.aws;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.CurrentValues;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The value of a point as JSON has it. */
final class PointValue {

  private PointValue() {}

  /** Null when there is no good one. */
  static @Nullable Object of(CurrentValues.Point point) {
    if (!point.hasValue() || point.quality() != Quality.GOOD) {
      return null;
    }
    return switch (point.column().type()) {
      case BOOL -> point.bits() != 0;
      case STRING -> point.text();
      case INT16, UINT16, INT32, UINT32, INT64 -> BigDecimal.valueOf(point.bits());
      case UINT64 -> new BigDecimal(Long.toUnsignedString(point.bits()));
      case DECIMAL -> BigDecimal.valueOf(point.bits(), point.scale());
      case FLOAT32, FLOAT64 -> floating(point);
    };
  }

  /** 0.1 of four bytes is 0.1, and not what its bits are exactly. */
  private static @Nullable Object floating(CurrentValues.Point point) {
    double value = Double.longBitsToDouble(point.bits());
    if (!Double.isFinite(value)) {
      return null;
    }
    boolean single = point.column().type() == ValueType.FLOAT32;
    return new BigDecimal(single ? Float.toString((float) value) : Double.toString(value));
  }
}
