package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.LineContext;
import io.vertx.core.buffer.Buffer;

/**
 * Looks for late replies among bytes that nobody waits for, and counts the rest. On the line's
 * context.
 */
final class StrayBytes {

  /** A frame that came in pieces further apart than this is not put together. */
  private static final long APART_NANOS = 100_000_000L;

  /** Longer than any frame, RTU or ASCII. */
  private static final int MOST = 1024;

  private final Framing framing;
  private final LateReplies late;
  private final LineContext context;
  private Buffer pending = Buffer.buffer();
  private long lastNanos;

  StrayBytes(Framing framing, LateReplies late, LineContext context) {
    this.framing = framing;
    this.late = late;
    this.context = context;
  }

  /**
   * Takes bytes.
   *
   * @param nanos when the last of them came
   * @param whole whether they are all: what does not end here does not go on
   */
  void tell(Buffer bytes, long nanos, boolean whole) {
    if (nanos - lastNanos > APART_NANOS || pending.length() > MOST) {
      noise(pending.length());
      pending = Buffer.buffer();
    }
    lastNanos = nanos;
    pending = pending.appendBuffer(bytes);
    byte[] all = pending.getBytes();
    int at = 0;
    int kept = 0;
    while (at < all.length) {
      int frame = framing.replyAt(all, at, all.length);
      if (frame > 0) {
        noise(at - kept);
        reply(all, at, frame, nanos);
        at += frame;
        kept = at;
      } else {
        at++;
      }
    }
    if (whole) {
      noise(all.length - kept);
      pending = Buffer.buffer();
    } else {
      pending = Buffer.buffer().appendBytes(all, kept, all.length - kept);
    }
  }

  private void reply(byte[] bytes, int at, int frame, long nanos) {
    int unit = framing.unitAt(bytes, at);
    int function = framing.functionAt(bytes, at);
    int pduBytes = function > 0x7F ? 0 : framing.pduBytes(frame);
    LateReplies.Question question = late.take(unit, function & 0x7F, pduBytes, nanos);
    if (question == null) {
      context.count("unknown_replies", 1);
      return;
    }
    context.count("late_replies", 1);
    question.listener().count("late_replies");
    question
        .listener()
        .late(
            nanos - question.requestEndNanos(),
            question.deadlineNanos() - question.requestEndNanos());
  }

  private void noise(int bytes) {
    if (bytes > 0) {
      context.count("noise_bytes", bytes);
    }
  }
}
