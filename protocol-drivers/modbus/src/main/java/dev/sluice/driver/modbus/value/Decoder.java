package dev.sluice.driver.modbus.value;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Turns the data of one reply into values. All that can be known before the reply comes stands in
 * arrays, one element per value, so that decoding is one loop without an object per value.
 *
 * <p>Immutable, thread-safe.
 */
public final class Decoder {

  private static final VarHandle SHORT = bigEndian(short[].class);
  private static final VarHandle INT = bigEndian(int[].class);
  private static final VarHandle LONG = bigEndian(long[].class);

  private final ValueType[] types;
  private final WordOrder[] orders;

  /** Where each value starts, in bytes from the first byte of data. */
  private final int[] offsets;

  /** For a bool its bit in the byte, 0 to 7; for a string its length in bytes. */
  private final int[] details;

  private Decoder(Builder builder) {
    this.types = builder.types;
    this.orders = builder.orders;
    this.offsets = builder.offsets;
    this.details = builder.details;
  }

  private static VarHandle bigEndian(Class<?> view) {
    return MethodHandles.byteArrayViewVarHandle(view, ByteOrder.BIG_ENDIAN);
  }

  /**
   * Decodes the data of a reply whose length has been checked.
   *
   * @param data holds the reply
   * @param start of the first byte of data
   */
  public Values decode(byte[] data, int start) {
    int size = offsets.length;
    var values = new Values.Builder(size);
    for (int i = 0; i < size; i++) {
      int at = start + offsets[i];
      switch (types[i]) {
        case BOOL -> values.integer(i, (data[at] >> details[i]) & 1);
        case INT16 -> values.integer(i, (short) SHORT.get(data, at));
        case UINT16 -> values.integer(i, (short) SHORT.get(data, at) & 0xFFFFL);
        case INT32 -> values.integer(i, orders[i].of((int) INT.get(data, at)));
        case UINT32 -> values.integer(i, orders[i].of((int) INT.get(data, at)) & 0xFFFF_FFFFL);
        case INT64, UINT64 -> values.integer(i, orders[i].of((long) LONG.get(data, at)));
        case FLOAT32 ->
            number(values, i, Float.intBitsToFloat(orders[i].of((int) INT.get(data, at))));
        case FLOAT64 ->
            number(values, i, Double.longBitsToDouble(orders[i].of((long) LONG.get(data, at))));
        case STRING ->
            text(values, i, Text.decode(data, at, details[i], orders[i] == WordOrder.BADC));
        case DECIMAL -> throw new IllegalStateException("BUG: a decimal in registers");
      }
    }
    return values.build();
  }

  /** Devices say "no measurement" with NaN; no consumer upstream could read it as a number. */
  private static void number(Values.Builder values, int i, double value) {
    if (Double.isFinite(value)) {
      values.number(i, value);
    } else {
      values.bad(i, Quality.BAD_VALUE);
    }
  }

  private static void text(Values.Builder values, int i, @Nullable String text) {
    if (text == null) {
      values.bad(i, Quality.BAD_VALUE);
    } else {
      values.text(i, text);
    }
  }

  /** Says where the values stand in the data, one after the other. Used once. */
  public static final class Builder {

    private final ValueType[] types;
    private final WordOrder[] orders;
    private final int[] offsets;
    private final int[] details;
    private int next;

    /**
     * Begins a decoder.
     *
     * @param size how many values will be added
     */
    public Builder(int size) {
      this.types = new ValueType[size];
      this.orders = new WordOrder[size];
      this.offsets = new int[size];
      this.details = new int[size];
    }

    /**
     * Adds a coil or discrete input.
     *
     * @param index in the bits of the reply
     */
    public Builder bit(int index) {
      return add(ValueType.BOOL, WordOrder.ABCD, index / 8, index % 8);
    }

    /**
     * Adds a value in registers.
     *
     * @param index of its first register in the registers of the reply
     */
    public Builder registers(Format format, int index) {
      int offset = 2 * index;
      return switch (format.type()) {
        // The low byte of a register is its second.
        case BOOL ->
            add(
                ValueType.BOOL,
                WordOrder.ABCD,
                offset + (format.bit() < 8 ? 1 : 0),
                format.bit() % 8);
        case STRING -> add(ValueType.STRING, format.order(), offset, 2 * format.length());
        default -> add(format.type(), format.order(), offset, 0);
      };
    }

    private Builder add(ValueType type, WordOrder order, int offset, int detail) {
      types[next] = type;
      orders[next] = order;
      offsets[next] = offset;
      details[next] = detail;
      next++;
      return this;
    }

    public Decoder build() {
      if (next != types.length) {
        throw new IllegalStateException("BUG: " + next + " values of " + types.length);
      }
      return new Decoder(this);
    }
  }
}
