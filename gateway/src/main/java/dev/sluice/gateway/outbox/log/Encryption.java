package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * How a segment is encrypted, as its header says.
 *
 * @param keyId of the master key
 * @param salt0 random, as the other three: with the master key it yields the keys of the segment
 */
record Encryption(long keyId, long salt0, long salt1, long salt2, long salt3) {

  static Encryption create(long keyId, RandomGenerator random) {
    return new Encryption(
        keyId, random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  String keyText() {
    return MasterKey.text(keyId);
  }

  byte[] salt() {
    ByteBuffer salt = ByteBuffer.allocate(32);
    return salt.putLong(salt0).putLong(salt1).putLong(salt2).putLong(salt3).array();
  }

  void encode(ByteBuffer into, int at) {
    into.putLong(at, keyId).putLong(at + 8, salt0).putLong(at + 16, salt1);
    into.putLong(at + 24, salt2).putLong(at + 32, salt3);
  }

  static Encryption decode(ByteBuffer from, int at) {
    return new Encryption(
        from.getLong(at),
        from.getLong(at + 8),
        from.getLong(at + 16),
        from.getLong(at + 24),
        from.getLong(at + 32));
  }
}
