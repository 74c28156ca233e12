package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload.Metric;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The value of a command. Commands usually tell no type, so it is that of the birth; hosts differ
 * in the field that they use, so every field that can hold the type is taken.
 */
final class CommandValue {

  private static final int INT16_BITS = 16;
  private static final long UINT32 = 0xffff_ffffL;

  private CommandValue() {}

  /** Null when the metric holds nothing of that type. */
  static @Nullable Object of(Metric metric, int datatype) {
    if (metric.getIsNull()) {
      return null;
    }
    return switch (datatype) {
      case Datatypes.BOOLEAN -> metric.hasBooleanValue() ? metric.getBooleanValue() : null;
      case Datatypes.STRING -> metric.hasStringValue() ? metric.getStringValue() : null;
      default -> number(metric, datatype);
    };
  }

  private static @Nullable BigDecimal number(Metric metric, int datatype) {
    return switch (metric.getValueCase()) {
      case INT_VALUE -> BigDecimal.valueOf(int32(metric.getIntValue(), datatype));
      case LONG_VALUE -> int64(metric.getLongValue(), datatype);
      case FLOAT_VALUE ->
          Float.isFinite(metric.getFloatValue())
              ? new BigDecimal(Float.toString(metric.getFloatValue()))
              : null;
      case DOUBLE_VALUE ->
          Double.isFinite(metric.getDoubleValue())
              ? BigDecimal.valueOf(metric.getDoubleValue())
              : null;
      case BOOLEAN_VALUE, STRING_VALUE, BYTES_VALUE, VALUE_NOT_SET -> null;
    };
  }

  /** Some encoders cut a negative Int16 to its 16 bits. */
  private static long int32(int value, int datatype) {
    return switch (datatype) {
      case Datatypes.UINT16, Datatypes.UINT32, Datatypes.UINT64 -> value & UINT32;
      case Datatypes.INT16 -> value >>> INT16_BITS == 0 ? (short) value : value;
      default -> value;
    };
  }

  private static BigDecimal int64(long value, int datatype) {
    boolean unsigned = datatype == Datatypes.UINT64;
    return unsigned
        ? new BigDecimal(new BigInteger(Long.toUnsignedString(value)))
        : BigDecimal.valueOf(value);
  }
}
