package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.CborWriter;
import java.util.Arrays;

/** CBOR: every length definite, every head as short as it can be (RFC 8949, 4.1). */
final class CborBytes implements Tokens {

  /** RFC 8949, 3.4.4: a list of exponent and mantissa. */
  private static final int DECIMAL_FRACTION = 4;

  private final CborWriter out;

  CborBytes(int capacity) {
    out = new CborWriter(capacity);
  }

  @Override
  public int length() {
    return out.size();
  }

  @Override
  public byte[] array() {
    return out.buffer();
  }

  @Override
  public void cutTo(int to) {
    out.truncate(to);
  }

  @Override
  public void raw(byte[] from) {
    out.raw(from, from.length);
  }

  @Override
  public void raw(Tokens from) {
    out.raw(from.array(), from.length());
  }

  @Override
  public void map(int entries) {
    out.map(entries);
  }

  @Override
  public void endMap() {}

  @Override
  public void list(int entries) {
    out.array(entries);
  }

  @Override
  public void endList() {}

  @Override
  public void next() {}

  @Override
  public byte[] name(String key) {
    var name = new CborWriter(key.length() + 9);
    name.text(key);
    return Arrays.copyOf(name.buffer(), name.size());
  }

  @Override
  public void bool(boolean value) {
    out.bool(value);
  }

  @Override
  public void integer(long value) {
    out.integer(value);
  }

  @Override
  public void unsigned(long value) {
    out.unsigned(value);
  }

  @Override
  public void decimal(long unscaled, int scale) {
    if (scale > 0) {
      out.tag(DECIMAL_FRACTION);
      out.array(2);
      out.integer(-scale);
    }
    out.integer(unscaled);
  }

  @Override
  public void float32(float value) {
    out.number(Double.doubleToRawLongBits(value));
  }

  @Override
  public void float64(double value) {
    out.number(Double.doubleToRawLongBits(value));
  }

  @Override
  public void text(String value) {
    out.text(value);
  }
}
