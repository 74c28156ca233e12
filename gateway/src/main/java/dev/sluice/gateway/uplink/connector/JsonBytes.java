package dev.sluice.gateway.uplink.connector;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON as bytes that can be cut back, which a stream-like generator cannot: a message that grew
 * over its limit goes back to the last row that fitted. Knows tokens, not structure.
 */
final class JsonBytes {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  JsonBytes(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  /** The bytes so far, from 0 to {@link #length()}; until the next write. */
  byte[] array() {
    return bytes;
  }

  void cutTo(int to) {
    length = to;
  }

  void raw(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
  }

  void raw(byte[] from) {
    raw(from, 0, from.length);
  }

  void raw(byte[] from, int offset, int count) {
    room(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  void raw(JsonBytes from) {
    raw(from.bytes, 0, from.length);
  }

  void bool(boolean value) {
    raw(value ? TRUE : FALSE);
  }

  void integer(long value) {
    room(20);
    if (value < 0) {
      bytes[length++] = '-';
      // The lowest long has no positive counterpart, but its unsigned reading is just that.
      digits(-value, 1);
    } else {
      digits(value, 1);
    }
  }

  void unsigned(long value) {
    room(20);
    digits(value, 1);
  }

  /** Exact: 2301 with scale 1 is 230.1. */
  void decimal(long unscaled, int scale) {
    if (scale == 0) {
      integer(unscaled);
      return;
    }
    room(22);
    if (unscaled < 0) {
      bytes[length++] = '-';
    }
    digits(unscaled < 0 ? -unscaled : unscaled, scale + 1);
    int point = length - scale;
    System.arraycopy(bytes, point, bytes, point + 1, scale);
    bytes[point] = '.';
    length++;
  }

  /** The shortest decimal that reads back as the same float. */
  void float32(float value) {
    ascii(NumberOutput.toString(value, true));
  }

  /** The shortest decimal that reads back as the same double. */
  void float64(double value) {
    ascii(NumberOutput.toString(value, true));
  }

  /** A quoted string; half a surrogate pair becomes a question mark. RFC 8259, 7. */
  void text(String value) {
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

  /** The name of a key with its colon, to be written again and again. */
  static byte[] key(String name) {
    var out = new JsonBytes(name.length() * 6 + 3);
    out.text(name);
    out.raw(':');
    return Arrays.copyOf(out.bytes, out.length);
  }

  /** Writes an unsigned number with at least so many digits; the room is there. */
  private void digits(long unsigned, int least) {
    long rest = unsigned;
    int count = 0;
    int end = length + 20;
    int at = end;
    room(20);
    if (rest < 0) {
      long tenth = Long.divideUnsigned(rest, 10);
      bytes[--at] = (byte) ('0' + (int) (rest - tenth * 10));
      rest = tenth;
      count++;
    }
    while (rest != 0 || count < least) {
      long tenth = rest / 10;
      bytes[--at] = (byte) ('0' + (int) (rest - tenth * 10));
      rest = tenth;
      count++;
    }
    System.arraycopy(bytes, at, bytes, length, count);
    length += count;
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
