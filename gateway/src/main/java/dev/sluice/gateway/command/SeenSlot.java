package dev.sluice.gateway.command;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An id that was seen, as it lies on disk in 32 bytes, big endian:
 *
 * <pre>
 *   0  8 bytes  number, counted from 1; so a slot of zeros is an empty one
 *   8  8 bytes  wall clock, milliseconds since 1970; 0 when it could not be trusted
 *  16 12 bytes  the first 12 of SHA-256 over the source, a zero byte and the id, in UTF-8
 *  28  4 bytes  CRC32C of what is before
 * </pre>
 *
 * @param number of the id since the file was made
 * @param trustedMillis when it was seen; 0 when nobody knows
 * @param key of the id
 */
record SeenSlot(long number, long trustedMillis, Key key) {

  static final int BYTES = 32;
  private static final int SUMMED = 28;

  /** 96 bits of a hash: ids of any length, and of any content, take the same place. */
  record Key(long high, int low) {

    static Key of(String source, String id) {
      try {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        hash.update(source.getBytes(StandardCharsets.UTF_8));
        hash.update((byte) 0);
        ByteBuffer sum = ByteBuffer.wrap(hash.digest(id.getBytes(StandardCharsets.UTF_8)));
        return new Key(sum.getLong(), sum.getInt());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("BUG: every Java has SHA-256", e);
      }
    }
  }

  ByteBuffer bytes() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.putLong(number).putLong(trustedMillis).putLong(key.high()).putInt(key.low());
    return out.putInt(sum(out.array(), 0)).flip();
  }

  /** What lies at a place; null when it is empty or damaged. */
  static @Nullable SeenSlot of(byte[] file, int at) {
    ByteBuffer in = ByteBuffer.wrap(file, at, BYTES);
    long number = in.getLong();
    var slot = new SeenSlot(number, in.getLong(), new Key(in.getLong(), in.getInt()));
    return number > 0 && in.getInt() == sum(file, at) ? slot : null;
  }

  private static int sum(byte[] file, int at) {
    var crc = new CRC32C();
    crc.update(file, at, SUMMED);
    return (int) crc.getValue();
  }
}
