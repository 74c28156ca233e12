package dev.sluice.gateway.uplink.connector;

/**
 * The tokens of a form as bytes that can be cut back, which a stream-like generator cannot: a
 * message that grew over its limit goes back to the last row that fitted. Knows tokens, not
 * structure: who writes a map or a list says first how much it will hold, calls {@link #next}
 * between two entries, and ends it.
 */
public sealed interface Tokens permits JsonBytes, CborBytes {

  /** An empty buffer of a form. */
  static Tokens of(Form form, int capacity) {
    return form.isCbor() ? new CborBytes(capacity) : new JsonBytes(capacity);
  }

  int length();

  /** The bytes so far, from 0 to {@link #length()}; until the next write. */
  byte[] array();

  void cutTo(int to);

  /** Tokens of the same form, written elsewhere. */
  void raw(byte[] from);

  /** As {@link #raw(byte[])}. */
  void raw(Tokens from);

  void map(int entries);

  void endMap();

  void list(int entries);

  void endList();

  /** Stands between two entries of a map or a list. */
  void next();

  /** A key of a map with what follows it, to be written again and again by {@link #raw(byte[])}. */
  byte[] name(String key);

  void bool(boolean value);

  void integer(long value);

  /** All 64 bits taken as unsigned. */
  void unsigned(long value);

  /** Exact: 2301 with scale 1 is 230.1. */
  void decimal(long unscaled, int scale);

  /** Finite. */
  void float32(float value);

  /** Finite. */
  void float64(double value);

  /** Half a surrogate pair becomes a question mark. */
  void text(String value);
}
