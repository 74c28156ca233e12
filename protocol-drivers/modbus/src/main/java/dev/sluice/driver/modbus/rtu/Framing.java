package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.BusCost;

/** How a PDU is put into a frame on a bus. */
public enum Framing {
  RTU {
    @Override
    byte[] frame(int unit, Request request) {
      int body = 1 + request.bytes();
      byte[] frame = new byte[body + 2];
      frame[0] = (byte) unit;
      request.write(frame, 1);
      int crc = Crc16.of(frame, 0, body);
      frame[body] = (byte) crc;
      frame[body + 1] = (byte) (crc >> 8);
      return frame;
    }

    @Override
    FrameScanner scanner(int unit, Request request, byte[] sent, Echo echo) {
      return new RtuScanner(unit, request, sent, echo);
    }

    @Override
    int frameBytes(int pduBytes) {
      return pduBytes + RtuScanner.FRAMING_BYTES;
    }

    @Override
    int pduBytes(int frameBytes) {
      return frameBytes - RtuScanner.FRAMING_BYTES;
    }

    @Override
    int replyAt(byte[] bytes, int at, int end) {
      return StrayFrames.length(bytes, at, end);
    }

    @Override
    int unitAt(byte[] bytes, int at) {
      return bytes[at] & 0xFF;
    }

    @Override
    int functionAt(byte[] bytes, int at) {
      return bytes[at + 1] & 0xFF;
    }

    /** Section 2.5.1.1: 3.5 characters, above 19200 baud fixed. */
    @Override
    long gapNanos(int baud, long charNanos) {
      return baud > FASTEST_BY_CHARACTER ? FIXED_GAP_NANOS : charNanos * 7 / 2;
    }

    @Override
    BusCost cost(long charNanos, long gapNanos) {
      return new BusCost(charNanos, gapNanos, RtuScanner.FRAMING_BYTES);
    }
  },

  ASCII {
    @Override
    byte[] frame(int unit, Request request) {
      byte[] pdu = new byte[request.bytes()];
      request.write(pdu, 0);
      return AsciiScanner.frame(unit, pdu);
    }

    @Override
    FrameScanner scanner(int unit, Request request, byte[] sent, Echo echo) {
      return new AsciiScanner(unit, request, sent, echo);
    }

    @Override
    int frameBytes(int pduBytes) {
      return AsciiScanner.frameChars(pduBytes);
    }

    @Override
    int pduBytes(int frameBytes) {
      return AsciiScanner.pduBytes(frameBytes);
    }

    @Override
    int replyAt(byte[] bytes, int at, int end) {
      return AsciiScanner.length(bytes, at, end);
    }

    @Override
    int unitAt(byte[] bytes, int at) {
      return AsciiScanner.byteAt(bytes, at + 1);
    }

    @Override
    int functionAt(byte[] bytes, int at) {
      return AsciiScanner.byteAt(bytes, at + 3);
    }

    /** Frames are delimited by characters, so none is asked for. */
    @Override
    long gapNanos(int baud, long charNanos) {
      return charNanos;
    }

    /** Two characters a byte; unit, check, and three characters that delimit. */
    @Override
    BusCost cost(long charNanos, long gapNanos) {
      return new BusCost(2 * charNanos, gapNanos, 4);
    }
  };

  private static final int FASTEST_BY_CHARACTER = 19_200;
  private static final long FIXED_GAP_NANOS = 1_750_000L;

  /** The frame of a request, as it is sent. */
  abstract byte[] frame(int unit, Request request);

  /** Finds its reply; for one use. */
  abstract FrameScanner scanner(int unit, Request request, byte[] sent, Echo echo);

  /** How long the frame of a reply is on the wire. */
  abstract int frameBytes(int pduBytes);

  /** How long the PDU of a frame is; the other way round than {@link #frameBytes}. */
  abstract int pduBytes(int frameBytes);

  /** The length of a reply with a right check that begins here; 0 if there is none. */
  abstract int replyAt(byte[] bytes, int at, int end);

  /** The unit of a frame that {@link #replyAt} found. */
  abstract int unitAt(byte[] bytes, int at);

  /** Its function, with the bit of an exception. */
  abstract int functionAt(byte[] bytes, int at);

  /** The silence around a frame. */
  abstract long gapNanos(int baud, long charNanos);

  /**
   * What transactions cost.
   *
   * @param charNanos 0 where the speed is not known
   */
  abstract BusCost cost(long charNanos, long gapNanos);
}
