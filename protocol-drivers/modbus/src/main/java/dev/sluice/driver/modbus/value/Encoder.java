package dev.sluice.driver.modbus.value;

import dev.sluice.driver.Values;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Turns a value into the bytes of its registers: what {@link Decoder} reads as the same value.
 * Thread-safe.
 */
public final class Encoder {

  private static final VarHandle SHORT = bigEndian(short[].class);
  private static final VarHandle INT = bigEndian(int[].class);
  private static final VarHandle LONG = bigEndian(long[].class);

  private Encoder() {}

  private static VarHandle bigEndian(Class<?> view) {
    return MethodHandles.byteArrayViewVarHandle(view, ByteOrder.BIG_ENDIAN);
  }

  /** A value that its registers cannot hold. */
  public static final class DoesNotFit extends Exception {

    private static final long serialVersionUID = 1;

    private final String found;
    private final String expected;

    DoesNotFit(String found, String expected) {
      super(found + ", expected " + expected);
      this.found = found;
      this.expected = expected;
    }

    /** The value. */
    public String found() {
      return found;
    }

    /** What would fit, in words. */
    public String expected() {
      return expected;
    }
  }

  /**
   * Encodes a value.
   *
   * @param format of its registers; not of a bit
   * @param i its index in the values; it is good
   * @return two bytes a register
   */
  public static byte[] encode(Format format, Values values, int i) throws DoesNotFit {
    byte[] bytes = new byte[2 * format.length()];
    WordOrder order = format.order();
    switch (format.type()) {
      case INT16 -> {
        SHORT.set(bytes, 0, (short) checked(values.bits(i), Short.MIN_VALUE, Short.MAX_VALUE));
      }
      case UINT16 -> SHORT.set(bytes, 0, (short) checked(values.bits(i), 0, 0xFFFF));
      case INT32 -> {
        int value = (int) checked(values.bits(i), Integer.MIN_VALUE, Integer.MAX_VALUE);
        INT.set(bytes, 0, order.of(value));
      }
      case UINT32 -> INT.set(bytes, 0, order.of((int) checked(values.bits(i), 0, 0xFFFF_FFFFL)));
      case INT64, UINT64 -> LONG.set(bytes, 0, order.of(values.bits(i)));
      case FLOAT32 ->
          INT.set(bytes, 0, order.of(Float.floatToRawIntBits(single(values.number(i)))));
      case FLOAT64 -> {
        LONG.set(bytes, 0, order.of(Double.doubleToRawLongBits(finite(values.number(i)))));
      }
      case STRING -> text(format, values.text(i), bytes);
      case BOOL, DECIMAL ->
          throw new IllegalStateException("BUG: a " + format.type() + " has no registers");
    }
    return bytes;
  }

  private static long checked(long value, long min, long max) throws DoesNotFit {
    if (value < min || value > max) {
      throw new DoesNotFit(String.valueOf(value), "a whole number from " + min + " to " + max);
    }
    return value;
  }

  private static double finite(double value) throws DoesNotFit {
    if (!Double.isFinite(value)) {
      throw new DoesNotFit(String.valueOf(value), "a number");
    }
    return value;
  }

  private static float single(double value) throws DoesNotFit {
    float single = (float) finite(value);
    if (Float.isInfinite(single)) {
      throw new DoesNotFit(
          String.valueOf(value), "a number from -" + Float.MAX_VALUE + " to " + Float.MAX_VALUE);
    }
    return single;
  }

  private static void text(Format format, String text, byte[] bytes) throws DoesNotFit {
    boolean printable = text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    if (!printable || text.length() > bytes.length) {
      throw new DoesNotFit(
          "\"" + text + "\"", "at most " + bytes.length + " characters of printable ASCII");
    }
    byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < characters.length; i++) {
      bytes[format.order() == WordOrder.BADC ? i ^ 1 : i] = characters[i];
    }
  }
}
