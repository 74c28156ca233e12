package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C as the format uses it. Not thread-safe: each reader and writer has its own. */
final class Checksum {

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer scratch = ByteBuffer.allocate(24);

  /** Over plain bytes, from {@code from} (inclusive) to {@code to}. */
  int plain(ByteBuffer bytes, int from, int to) {
    crc.reset();
    crc.update(bytes.slice(from, to - from));
    return (int) crc.getValue();
  }

  /** Over bytes, seeded with the epoch of their segment. */
  int seeded(int epoch, ByteBuffer bytes, int from, int to) {
    crc.reset();
    scratch.clear().putInt(epoch).flip();
    crc.update(scratch);
    crc.update(bytes.slice(from, to - from));
    return (int) crc.getValue();
  }

  /** Over a record as it is behind its checksum, bound to its segment and its seq. */
  int record(int epoch, long seq, int readings, int kindWord, byte[] payload) {
    crc.reset();
    scratch.clear().putInt(epoch).putLong(seq);
    scratch.putInt(payload.length).putInt(readings).putInt(kindWord);
    crc.update(scratch.flip());
    crc.update(payload);
    return (int) crc.getValue();
  }
}
