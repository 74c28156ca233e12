package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;

/**
 * What precedes the payload of one record.
 *
 * @param kindWord the kind in its highest byte; the others are zero until something is found for
 *     them
 */
record Frame(int crc, int length, int readings, int kindWord) {

  static final int BYTES = 16;

  static Frame decode(ByteBuffer from, int at) {
    return new Frame(
        from.getInt(at), from.getInt(at + 4), from.getInt(at + 8), from.getInt(at + 12));
  }

  int kind() {
    return kindWord >>> 24;
  }

  /** Writes frame and payload at the buffer's position. */
  static void encode(ByteBuffer into, Entry entry, int epoch, long seq, Checksum sum) {
    int kindWord = entry.kind() << 24;
    into.putInt(sum.record(epoch, seq, entry.readings(), kindWord, entry.payload()));
    into.putInt(entry.payload().length).putInt(entry.readings()).putInt(kindWord);
    into.put(entry.payload());
  }

  boolean matches(int epoch, long seq, byte[] payload, Checksum sum) {
    return crc == sum.record(epoch, seq, readings, kindWord, payload);
  }
}
