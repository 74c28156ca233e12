package dev.sluice.gateway.uplink.connector;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON, without white space. */
final class JsonBytes implements Tokens {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ZERO = "0.0".getBytes(StandardCharsets.US_ASCII);

  /** Where floats are written without an exponent, by the rules of {@link Float#toString}. */
  private static final double PLAIN_MIN = 1e-3;

  private static final double PLAIN_MAX = 1e7;
  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  private static final int FLOAT_DECIMALS = 6;

  private byte[] bytes;
  private int length;

  JsonBytes(int capacity) {
    bytes = new byte[capacity];
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public byte[] array() {
    return bytes;
  }

  @Override
  public void cutTo(int to) {
    length = to;
  }

  void raw(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
  }

  @Override
  public void raw(byte[] from) {
    raw(from, 0, from.length);
  }

  void raw(byte[] from, int offset, int count) {
    room(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  @Override
  public void raw(Tokens from) {
    raw(from.array(), 0, from.length());
  }

  @Override
  public void map(int entries) {
    raw('{');
  }

  @Override
  public void endMap() {
    raw('}');
  }

  @Override
  public void list(int entries) {
    raw('[');
  }

  @Override
  public void endList() {
    raw(']');
  }

  @Override
  public void next() {
    raw(',');
  }

  @Override
  public byte[] name(String key) {
    var out = new JsonBytes(key.length() * 6 + 3);
    out.text(key);
    out.raw(':');
    return Arrays.copyOf(out.bytes, out.length);
  }

  @Override
  public void bool(boolean value) {
    raw(value ? TRUE : FALSE);
  }

  @Override
  public void integer(long value) {
    room(20);
    if (value < 0) {
      bytes[length++] = '-';
      // The lowest long has no positive counterpart, but its unsigned reading is just that.
      digits(-value);
    } else {
      digits(value);
    }
  }

  @Override
  public void unsigned(long value) {
    room(20);
    digits(value);
  }

  @Override
  public void decimal(long unscaled, int scale) {
    if (scale == 0) {
      integer(unscaled);
      return;
    }
    room(22);
    if (unscaled < 0) {
      bytes[length++] = '-';
    }
    long magnitude = unscaled < 0 ? -unscaled : unscaled;
    if (magnitude < 0) {
      digits(magnitude); // the lowest long: more digits than any scale
      System.arraycopy(bytes, length - scale, bytes, length - scale + 1, scale);
      bytes[length++ - scale] = '.';
      return;
    }
    int count = Math.max(count(magnitude), scale + 1);
    int point = length + count - scale;
    long whole = fill(magnitude, point + 1 + scale, scale);
    bytes[point] = '.';
    fill(whole, point, count - scale);
    length += count + 1;
  }

  /** The shortest decimal that reads back as the same float, the closest one if there are more. */
  @Override
  public void float32(float value) {
    double magnitude = Math.abs((double) value);
    if (magnitude >= PLAIN_MIN && magnitude < PLAIN_MAX) {
      // Half of what neighbouring floats are apart: what is farther off reads back as another one.
      double half = Double.longBitsToDouble((Math.getExponent(value) - 24L + 1023) << 52);
      for (int decimals = 1; decimals <= FLOAT_DECIMALS; decimals++) {
        // Exact: 24 bits by 14 (and zeros). So is, as a float, the quotient of two whole numbers.
        double scaled = value * POWERS[decimals];
        double whole = Math.rint(scaled);
        if (Math.abs(whole - scaled) <= half * POWERS[decimals]
            && (float) (whole / POWERS[decimals]) == value) {
          decimal((long) whole, decimals);
          return;
        }
      }
    } else if (Float.floatToRawIntBits(value) == 0) {
      raw(ZERO);
      return;
    }
    ascii(NumberOutput.toString(value, true));
  }

  /** The shortest decimal that reads back as the same double, the closest one if there are more. */
  @Override
  public void float64(double value) {
    double magnitude = Math.abs(value);
    if (magnitude >= PLAIN_MIN && magnitude < PLAIN_MAX) {
      // Of at most 15 digits in all, of which no two numbers read back as the same double.
      int decimals = magnitude < 1e6 ? 9 : 8;
      double whole = Math.rint(value * POWERS[decimals]);
      if (whole / POWERS[decimals] == value) {
        shortest((long) whole, decimals);
        return;
      }
    } else if (Double.doubleToRawLongBits(value) == 0) {
      raw(ZERO);
      return;
    }
    ascii(NumberOutput.toString(value, true));
  }

  /** Without the zeros at its end, but for one decimal. */
  private void shortest(long unscaled, int scale) {
    long rest = unscaled;
    int decimals = scale;
    while (decimals > 4 && rest % 10_000 == 0) {
      rest /= 10_000;
      decimals -= 4;
    }
    while (decimals > 1 && rest % 10 == 0) {
      rest /= 10;
      decimals--;
    }
    decimal(rest, decimals);
  }

  /** A quoted string; half a surrogate pair becomes a question mark. RFC 8259, 7. */
  @Override
  public void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    room(utf8.length * 6 + 2);
    bytes[length++] = '"';
    for (byte b : utf8) {
      if (b == '"' || b == '\\') {
        bytes[length++] = '\\';
        bytes[length++] = b;
      } else if (b >= 0 && b < 0x20) {
        control(b);
      } else {
        bytes[length++] = b;
      }
    }
    bytes[length++] = '"';
  }

  private void control(byte b) {
    bytes[length++] = '\\';
    switch (b) {
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[b >> 4];
        bytes[length++] = HEX[b & 0xf];
      }
    }
  }

  /** Writes an unsigned number; the room is there. */
  private void digits(long unsigned) {
    if (unsigned < 0) {
      long tenth = Long.divideUnsigned(unsigned, 10);
      digits(tenth);
      bytes[length++] = (byte) ('0' + (int) (unsigned - tenth * 10));
      return;
    }
    int count = count(unsigned);
    length += count;
    fill(unsigned, length, count);
  }

  private static int count(long positive) {
    int count = 1;
    for (long power = 10; count < 19 && positive >= power; power *= 10) {
      count++;
    }
    return count;
  }

  /** Writes so many of the last digits before a place; returns what is left of the number. */
  private long fill(long positive, int end, int count) {
    long rest = positive;
    for (int at = end - 1; at >= end - count; at--) {
      long tenth = rest / 10;
      bytes[at] = (byte) ('0' + (int) (rest - tenth * 10));
      rest = tenth;
    }
    return rest;
  }

  private void ascii(String text) {
    int count = text.length();
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += count;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
