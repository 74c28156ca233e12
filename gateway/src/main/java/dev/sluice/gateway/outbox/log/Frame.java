package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;

/** What precedes the payload of one record. */
record Frame(int crc, int length, int readings, int kind) {

  static final int BYTES = 16;

  static Frame decode(ByteBuffer from, int at) {
    return new Frame(
        from.getInt(at), from.getInt(at + 4), from.getInt(at + 8), from.get(at + 12) & 0xFF);
  }

  /** Writes frame and payload at the buffer's position. */
  static void encode(ByteBuffer into, Entry entry, int epoch, long seq, Checksum sum) {
    into.putInt(sum.record(epoch, seq, entry.readings(), entry.kind(), entry.payload()));
    into.putInt(entry.payload().length).putInt(entry.readings());
    into.put((byte) entry.kind()).put((byte) 0).putShort((short) 0);
    into.put(entry.payload());
  }

  boolean matches(int epoch, long seq, byte[] payload, Checksum sum) {
    return crc == sum.record(epoch, seq, readings, kind, payload);
  }
}
