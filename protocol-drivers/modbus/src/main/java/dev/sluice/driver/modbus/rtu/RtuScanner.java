package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.modbus.codec.Request;
import java.util.Arrays;

/** Finds an RTU frame: at every offset, by unit, function, length and checksum. */
final class RtuScanner implements FrameScanner {

  /** Unit, exception function, code, checksum. */
  static final int EXCEPTION_BYTES = 5;

  /** Unit and checksum, beside the PDU. */
  static final int FRAMING_BYTES = 3;

  /** Of the frame's beginning that is enough to believe that damage was the reply. */
  private static final int TELLING_BYTES = 4;

  private final int unit;
  private final Request request;
  private final byte[] sent;
  private final Echo echo;
  private int missing = EXCEPTION_BYTES;
  private int start;
  private int frameAt;
  private byte[] pdu = {};
  private boolean wasTheReply;

  /**
   * Looks for the reply to a request.
   *
   * @param sent the request's frame, to know its echo
   */
  RtuScanner(int unit, Request request, byte[] sent, Echo echo) {
    this.unit = unit;
    this.request = request;
    this.sent = sent;
    this.echo = echo;
  }

  @Override
  public Verdict scan(byte[] bytes, int length) {
    start = FrameScanner.afterEcho(bytes, length, sent, request, echo);
    if (start < 0) {
      start = 0;
      missing = Math.max(1, sent.length - length);
      return Verdict.MORE;
    }
    int fewest = Integer.MAX_VALUE;
    for (int at = start; at < length; at++) {
      if ((bytes[at] & 0xFF) != unit) {
        continue;
      }
      int frame = frameBytes(bytes, at, length);
      if (frame == Request.FOREIGN) {
        continue;
      }
      int whole = frame == Request.MORE ? Math.max(EXCEPTION_BYTES, length - at + 1) : frame;
      if (at + whole > length) {
        fewest = Math.min(fewest, at + whole - length);
      } else if (Crc16.isRight(bytes, at, frame)) {
        frameAt = at;
        pdu = Arrays.copyOfRange(bytes, at + 1, at + frame - 2);
        return at + frame < length ? Verdict.TRAILED : Verdict.COMPLETE;
      }
    }
    missing = fewest == Integer.MAX_VALUE ? 1 : fewest;
    return Verdict.MORE;
  }

  /** The length of the frame that begins here, MORE or FOREIGN. */
  private int frameBytes(byte[] bytes, int at, int length) {
    if (at + 1 >= length) {
      return Request.MORE;
    }
    int function = bytes[at + 1] & 0xFF;
    if (function == (request.function() | 0x80)) {
      return EXCEPTION_BYTES;
    }
    if (function != request.function()) {
      return Request.FOREIGN;
    }
    int reply = request.replyLength(bytes, at + 1, length - at - 1);
    return reply <= 0 ? reply : reply + FRAMING_BYTES;
  }

  @Override
  public int missing() {
    return missing;
  }

  /**
   * Whether what came must have been the reply, damaged: it is as long, or begins like it. Frames
   * of other units and a few bytes of noise are not.
   */
  @Override
  public Verdict silence(byte[] bytes, int length) {
    int at = start;
    for (int other = StrayFrames.length(bytes, at, length);
        other > 0;
        other = StrayFrames.length(bytes, at, length)) {
      at += other;
    }
    int left = length - at;
    boolean asLong = left >= request.usualReplyBytes() + FRAMING_BYTES;
    boolean beginsLikeIt =
        left >= TELLING_BYTES
            && (bytes[at] & 0xFF) == unit
            && (bytes[at + 1] & 0x7F) == request.function();
    int frame = beginsLikeIt ? frameBytes(bytes, at, length) : Request.FOREIGN;
    wasTheReply = frame > 0 && frame <= left;
    return asLong || beginsLikeIt ? Verdict.DAMAGED : Verdict.MORE;
  }

  @Override
  public boolean wasTheReply() {
    return wasTheReply;
  }

  @Override
  public byte[] pdu() {
    return pdu;
  }

  @Override
  public boolean echoed() {
    return start > 0;
  }

  @Override
  public int frameAt() {
    return frameAt;
  }

  @Override
  public int skipped() {
    return frameAt - start;
  }
}
