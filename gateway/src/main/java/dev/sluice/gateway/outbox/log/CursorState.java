package dev.sluice.gateway.outbox.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One slot of a cursor file.
 *
 * @param generation the higher one counts
 * @param seen everything below was handed out, or durable when the log was closed
 * @param floor what is missing below was announced
 * @param open not acknowledged from here on
 * @param ranges not acknowledged below: first, last, first, last …
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CursorState(
    String uplink,
    StreamId stream,
    long generation,
    long seen,
    long floor,
    long open,
    long[] ranges) {

  static final int SLOT = 4096;
  static final int MAX_NAME = 255;
  private static final int RANGES_AT = Preamble.BYTES + 16 + 4 * 8 + 4;

  /** Fills one slot from the buffer's index 0. */
  void encode(ByteBuffer slot, Checksum sum) {
    slot.clear();
    Preamble.put(slot, 0, Preamble.CURSOR, sum);
    slot.position(Preamble.BYTES);
    slot.putLong(stream.high()).putLong(stream.low());
    slot.putLong(generation).putLong(seen).putLong(floor).putLong(open).putInt(ranges.length / 2);
    for (long seq : ranges) {
      slot.putLong(seq);
    }
    byte[] name = uplink.getBytes(StandardCharsets.UTF_8);
    slot.putInt(name.length).put(name);
    slot.putInt(sum.plain(slot, 0, slot.position()));
    while (slot.position() < SLOT) {
      slot.put((byte) 0);
    }
    slot.flip();
  }

  /**
   * The state in a slot, or null when it is damaged or was never written.
   *
   * @param slot from index 0 to its limit
   */
  static @Nullable CursorState decode(ByteBuffer slot, Path path, Checksum sum)
      throws NewerFormatException {
    if (slot.limit() < SLOT || !Preamble.check(slot, 0, Preamble.CURSOR, path, sum)) {
      return null;
    }
    int count = slot.getInt(RANGES_AT - 4);
    if (count < 0 || count > AckSet.MAX_RANGES) {
      return null;
    }
    int nameAt = RANGES_AT + 16 * count;
    int length = slot.getInt(nameAt);
    if (length < 1 || length > MAX_NAME) {
      return null;
    }
    int end = nameAt + 4 + length;
    if (slot.getInt(end) != sum.plain(slot, 0, end)) {
      return null;
    }
    byte[] name = new byte[length];
    slot.get(nameAt + 4, name);
    long[] ranges = new long[2 * count];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = slot.getLong(RANGES_AT + 8 * i);
    }
    CursorState state =
        new CursorState(
            new String(name, StandardCharsets.UTF_8),
            new StreamId(slot.getLong(16), slot.getLong(24)),
            slot.getLong(32),
            slot.getLong(40),
            slot.getLong(48),
            slot.getLong(56),
            ranges);
    return state.ordered() ? state : null;
  }

  private boolean ordered() {
    long above = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= above || ranges[i + 1] < ranges[i]) {
        return false;
      }
      above = ranges[i + 1] + 1;
    }
    return open >= above && open > 0 && generation > 0;
  }
}
