package dev.sluice.gateway.outbox.log;

import java.nio.file.Path;

/**
 * Something in a file that is not as it was written.
 *
 * @param kind what it is, and with it whether records are lost
 * @param file where
 * @param offset of its first byte
 * @param bytes that cannot be used from there on; 0 when that is not known
 * @param first lowest seq that it costs; 0 when it costs none, or nobody knows which
 * @param last highest seq that it costs
 * @param readings in them, as far as known
 * @param key id of the key that is missing; empty unless that is all that is wrong
 */
public record Damage(
    Kind kind,
    Path file,
    long offset,
    long bytes,
    long first,
    long last,
    long readings,
    String key) {

  /** Whatever the keys. */
  Damage(Kind kind, Path file, long offset, long bytes, long first, long last, long readings) {
    this(kind, file, offset, bytes, first, last, readings, "");
  }

  /** Of a segment in the chain. */
  static Damage locked(Segment segment) {
    Encryption encryption = segment.header().encryption();
    if (encryption == null || segment.hasKey()) {
      throw new IllegalStateException("BUG: " + segment.path() + " misses no key");
    }
    boolean none = segment.end() <= segment.first();
    return new Damage(
        Kind.LOCKED,
        segment.path(),
        0,
        segment.bytes(),
        none ? 0 : segment.first(),
        none ? 0 : segment.end() - 1,
        0,
        encryption.keyText());
  }

  /** What is damaged. */
  public enum Kind {
    /** Records cannot be read. */
    RECORDS,
    /** Records that should follow in this file are not there. */
    MISSING,
    /** The last write did not end, or its end is damaged: it may have been durable. */
    UNFINISHED,
    /** No damage: the segment is encrypted, and its key is not here. */
    LOCKED,
    /** Both headers of a segment: what it holds is not known. */
    SEGMENT,
    /** One of the two headers of a segment; the other one says the same. */
    HEADER_COPY,
    /** A whole segment that another one has taken the place of, or that is of another stream. */
    STRAY,
    /** A cursor: its uplink gets everything again. */
    CURSOR,
    /** One of the two slots of a cursor; the other one may be older. */
    CURSOR_SLOT
  }

  /** How many records it costs for certain; the file of a whole segment does not say. */
  public long records() {
    return first == 0 ? 0 : last - first + 1;
  }
}
