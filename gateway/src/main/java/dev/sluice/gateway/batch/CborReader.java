package dev.sluice.gateway.batch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Takes CBOR items of definite length from bytes of any origin: nothing is read behind their end,
 * no length is believed that they cannot hold, and nesting is bounded.
 */
final class CborReader {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int MAX_DEPTH = 16;
  private static final int UNSIGNED = 0;
  private static final int NEGATIVE = 1;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;
  private static final int TAG = 6;
  private static final int SIMPLE = 7;
  private static final String[] MAJORS = {
    "unsigned integer",
    "negative integer",
    "bytes",
    "text",
    "array",
    "map",
    "tag",
    "simple or float"
  };

  private final byte[] bytes;
  private int at;
  private int major;
  private int info;
  private long argument;

  CborReader(byte[] bytes) {
    this.bytes = bytes;
  }

  int offset() {
    return at;
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  /** Whether the next item is an array. */
  boolean isArray() {
    return at < bytes.length && (bytes[at] & 0xe0) == ARRAY << 5;
  }

  /** The number of elements; each of them takes at least a byte of what is left. */
  int array() throws RecordFormatException {
    return count(ARRAY, 1);
  }

  /** The number of entries. */
  int map() throws RecordFormatException {
    return count(MAP, 2);
  }

  /** A whole number that fits a signed 64-bit one. */
  long integer() throws RecordFormatException {
    int start = at;
    head();
    if (major > NEGATIVE) {
      throw found(start, "integer");
    }
    if (argument < 0) {
      throw new RecordFormatException("integer beyond 64 bits", "signed 64-bit integer", start);
    }
    return major == UNSIGNED ? argument : ~argument;
  }

  /** A whole number from 0 to 2^64-1, as 64 bits. */
  long unsigned() throws RecordFormatException {
    int start = at;
    head();
    if (major != UNSIGNED) {
      throw found(start, "unsigned integer");
    }
    return argument;
  }

  /** A whole number from 0 to a limit. */
  int small(String what, int max) throws RecordFormatException {
    int start = at;
    long value = unsigned();
    if (value < 0 || value > max) {
      throw new RecordFormatException(
          what + " " + Long.toUnsignedString(value), "0 to " + max, start);
    }
    return (int) value;
  }

  boolean bool() throws RecordFormatException {
    int start = at;
    head();
    if (major != SIMPLE || (info != 20 && info != 21)) {
      throw found(start, "bool");
    }
    return info == 21;
  }

  /** A float of 32 or 64 bits, as the bits of a double. */
  long number() throws RecordFormatException {
    int start = at;
    head();
    if (major == SIMPLE && info == 26) {
      return Double.doubleToRawLongBits(Float.intBitsToFloat((int) argument));
    }
    if (major == SIMPLE && info == 27) {
      return argument;
    }
    throw found(start, "float of 32 or 64 bits");
  }

  /** A text; refused when it is not UTF-8. */
  String text() throws RecordFormatException {
    int start = at;
    int length = count(TEXT, 1);
    if (isAscii(length)) {
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.US_ASCII);
    }
    ByteBuffer slice = ByteBuffer.wrap(bytes, at, length);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
      at += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new RecordFormatException("bytes that are not UTF-8", "text", start);
    }
  }

  /** The usual case, which needs no decoder that complains. */
  private boolean isAscii(int length) {
    for (int i = at; i < at + length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Leaves out the next item, whatever it is. */
  void skip() throws RecordFormatException {
    skip(0);
  }

  private void skip(int depth) throws RecordFormatException {
    int start = at;
    if (depth > MAX_DEPTH) {
      throw new RecordFormatException("nesting", "at most " + MAX_DEPTH + " levels", start);
    }
    head();
    switch (major) {
      case BYTES, TEXT -> at += fits(start, 1);
      case ARRAY -> skipAll(fits(start, 1), depth);
      case MAP -> skipAll(2 * fits(start, 2), depth);
      case TAG -> skip(depth + 1);
      default -> {}
    }
  }

  private void skipAll(int count, int depth) throws RecordFormatException {
    for (int i = 0; i < count; i++) {
      skip(depth + 1);
    }
  }

  private int count(int expected, int least) throws RecordFormatException {
    int start = at;
    head();
    if (major != expected) {
      throw found(start, MAJORS[expected]);
    }
    return fits(start, least);
  }

  private int fits(int start, int least) throws RecordFormatException {
    int left = (bytes.length - at) / least;
    if (argument < 0 || argument > left) {
      throw new RecordFormatException(
          MAJORS[major] + " of length " + Long.toUnsignedString(argument),
          "at most " + left,
          start);
    }
    return (int) argument;
  }

  private void head() throws RecordFormatException {
    int start = at;
    int initial = octet(start);
    major = initial >> 5;
    info = initial & 0x1f;
    if (info < 24) {
      argument = info;
      return;
    }
    if (info > 27) {
      throw new RecordFormatException(
          String.format("head 0x%02x", initial), "an item of definite length", start);
    }
    if (info == 26 && bytes.length - at >= Integer.BYTES) {
      argument = (int) INT.get(bytes, at) & 0xffff_ffffL; // most floats
      at += Integer.BYTES;
      return;
    }
    long value = 0;
    for (int i = 1 << (info - 24); i > 0; i--) {
      value = value << 8 | octet(start);
    }
    argument = value;
  }

  private int octet(int start) throws RecordFormatException {
    if (at == bytes.length) {
      throw new RecordFormatException("end of record", "a whole item", start);
    }
    return bytes[at++] & 0xff;
  }

  private RecordFormatException found(int start, String expected) {
    return new RecordFormatException(MAJORS[major], expected, start);
  }
}
