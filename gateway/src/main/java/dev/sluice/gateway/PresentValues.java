package dev.sluice.gateway;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.RequestDesk;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What points hold, for who wants them to hold something else. */
record PresentValues(CurrentValues current) implements RequestDesk.Present {

  @Override
  public @Nullable Object value(String device, String point) {
    CurrentValues.Device found = current.device(device);
    if (found == null || !found.up()) {
      return null;
    }
    for (CurrentValues.Point each : found.points()) {
      if (each.column().name().equals(point)) {
        return each.hasValue() && each.quality() == Quality.GOOD ? value(each) : null;
      }
    }
    return null;
  }

  private static @Nullable Object value(CurrentValues.Point point) {
    return switch (point.column().type()) {
      case BOOL -> point.bits() != 0;
      case STRING -> point.text();
      case INT16, UINT16, INT32, UINT32, INT64 -> BigDecimal.valueOf(point.bits());
      case UINT64 -> new BigDecimal(Long.toUnsignedString(point.bits()));
      case DECIMAL -> BigDecimal.valueOf(point.bits(), point.scale());
      case FLOAT32, FLOAT64 -> floating(Double.longBitsToDouble(point.bits()), point);
    };
  }

  /** As it is written: 0.1 of four bytes is 0.1, and not what its bits are exactly. */
  private static @Nullable Object floating(double value, CurrentValues.Point point) {
    if (!Double.isFinite(value)) {
      return null;
    }
    boolean single = point.column().type() == ValueType.FLOAT32;
    return new BigDecimal(single ? Float.toString((float) value) : Double.toString(value));
  }
}
