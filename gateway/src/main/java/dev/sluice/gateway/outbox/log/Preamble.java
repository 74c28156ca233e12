package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The first 16 bytes of every header, the same in all versions of the format for ever: magic,
 * version, and a CRC of both, so that a flipped bit is damage and never a newer version.
 */
final class Preamble {

  static final int BYTES = 16;
  static final int VERSION = 1;
  static final long SEGMENT = 0x534C554943454F42L; // SLUICEOB
  static final long CURSOR = 0x534C554943454355L; // SLUICECU

  private Preamble() {}

  static void put(ByteBuffer into, int at, long magic, Checksum sum) {
    into.putLong(at, magic).putInt(at + 8, VERSION);
    into.putInt(at + 12, sum.plain(into, at, at + 12));
  }

  /**
   * Whether this version reads what follows.
   *
   * @throws NewerFormatException when only a newer one does
   */
  static boolean check(ByteBuffer bytes, int at, long magic, Path path, Checksum sum)
      throws NewerFormatException {
    if (bytes.getLong(at) != magic || bytes.getInt(at + 12) != sum.plain(bytes, at, at + 12)) {
      return false;
    }
    int version = bytes.getInt(at + 8);
    if (version > VERSION) {
      throw new NewerFormatException(path, version, VERSION);
    }
    return version == VERSION;
  }
}
