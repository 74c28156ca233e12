package dev.sluice.gateway.batch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Appends CBOR items (RFC 8949, definite lengths, shortest heads) to a buffer that grows. Not
 * thread-safe.
 */
public final class CborWriter {

  private static final int UNSIGNED = 0x00;
  private static final int NEGATIVE = 0x20;
  private static final int TEXT = 0x60;
  private static final int ARRAY = 0x80;
  private static final int MAP = 0xa0;
  private static final int TAG = 0xc0;
  private static final int FALSE = 0xf4;
  private static final int TRUE = 0xf5;
  private static final int FLOAT32 = 0xfa;
  private static final int FLOAT64 = 0xfb;

  private byte[] buffer;
  private int size;

  /** One that has room for so many bytes at first. */
  public CborWriter(int capacity) {
    buffer = new byte[capacity];
  }

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** The bytes so far: the first {@link #size()} of this array, until the next call. */
  public byte[] buffer() {
    return buffer;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  /** Starts again in the same buffer, or in a smaller one if it grew beyond a capacity. */
  void clear(int capacity) {
    size = 0;
    if (buffer.length > capacity) {
      buffer = new byte[capacity];
    }
  }

  /** Keeps only the first bytes. */
  public void truncate(int length) {
    size = length;
  }

  /** The head of an array; so many items are to follow. */
  public void array(int count) {
    head(ARRAY, count);
  }

  /** The head of a map; so many pairs of items are to follow. */
  public void map(int count) {
    head(MAP, count);
  }

  /** What the next item means. */
  public void tag(int number) {
    head(TAG, number);
  }

  /** Of either sign. */
  public void integer(long value) {
    if (value >= 0) {
      head(UNSIGNED, value);
    } else {
      head(NEGATIVE, ~value);
    }
  }

  /** All 64 bits taken as unsigned. */
  public void unsigned(long value) {
    head(UNSIGNED, value);
  }

  /** False or true. */
  public void bool(boolean value) {
    room(1);
    buffer[size++] = (byte) (value ? TRUE : FALSE);
  }

  /** The double of these bits, in 32 bits when these restore all 64. */
  public void number(long bits) {
    room(9);
    float narrow = (float) Double.longBitsToDouble(bits);
    if (Double.doubleToRawLongBits(narrow) == bits) {
      buffer[size++] = (byte) FLOAT32;
      put32(Float.floatToRawIntBits(narrow));
    } else {
      buffer[size++] = (byte) FLOAT64;
      put32((int) (bits >>> 32));
      put32((int) bits);
    }
  }

  /** As UTF-8; half a surrogate pair becomes a question mark. */
  public void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    head(TEXT, utf8.length);
    raw(utf8, utf8.length);
  }

  /** Whole items written elsewhere. */
  public void raw(byte[] bytes, int length) {
    room(length);
    System.arraycopy(bytes, 0, buffer, size, length);
    size += length;
  }

  private void head(int major, long argument) {
    room(9);
    if (argument >= 0 && argument < 24) {
      buffer[size++] = (byte) (major | (int) argument);
    } else if ((argument & ~0xffL) == 0) {
      buffer[size++] = (byte) (major | 24);
      buffer[size++] = (byte) argument;
    } else if ((argument & ~0xffffL) == 0) {
      buffer[size++] = (byte) (major | 25);
      buffer[size++] = (byte) (argument >>> 8);
      buffer[size++] = (byte) argument;
    } else if ((argument & ~0xffff_ffffL) == 0) {
      buffer[size++] = (byte) (major | 26);
      put32((int) argument);
    } else {
      buffer[size++] = (byte) (major | 27);
      put32((int) (argument >>> 32));
      put32((int) argument);
    }
  }

  private void put32(int value) {
    buffer[size] = (byte) (value >>> 24);
    buffer[size + 1] = (byte) (value >>> 16);
    buffer[size + 2] = (byte) (value >>> 8);
    buffer[size + 3] = (byte) value;
    size += 4;
  }

  private void room(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
    }
  }
}
