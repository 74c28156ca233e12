package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.modbus.codec.Request;
import java.util.Arrays;
import java.util.HexFormat;

/** Finds an ASCII frame: from a colon to CR LF, by unit, function, length and checksum. */
final class AsciiScanner implements FrameScanner {

  /** Colon, exception frame of unit, function, code and check as hexadecimal, CR LF. */
  private static final int EXCEPTION_CHARS = 11;

  /** Colon and CR LF. */
  private static final int DELIMITERS = 3;

  private static final byte[] NONE = {};

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final int unit;
  private final Request request;
  private final byte[] sent;
  private final Echo echo;
  private int missing = EXCEPTION_CHARS;
  private int start;
  private int frameAt;
  private byte[] pdu = {};
  private boolean wasTheReply;

  AsciiScanner(int unit, Request request, byte[] sent, Echo echo) {
    this.unit = unit;
    this.request = request;
    this.sent = sent;
    this.echo = echo;
  }

  /** The frame of a unit's PDU. */
  static byte[] frame(int unit, byte[] pdu) {
    byte[] frame = new byte[frameChars(pdu.length)];
    frame[0] = ':';
    int sum = hex(unit, frame, 1);
    int at = 3;
    for (byte b : pdu) {
      sum += hex(b & 0xFF, frame, at);
      at += 2;
    }
    hex(-sum & 0xFF, frame, at);
    frame[at + 2] = '\r';
    frame[at + 3] = '\n';
    return frame;
  }

  static int frameChars(int pduBytes) {
    return DELIMITERS + 2 * (pduBytes + 2);
  }

  static int pduBytes(int frameChars) {
    return (frameChars - DELIMITERS) / 2 - 2;
  }

  private static int hex(int value, byte[] into, int at) {
    into[at] = (byte) HEX.toHighHexDigit(value);
    into[at + 1] = (byte) HEX.toLowHexDigit(value);
    return value;
  }

  @Override
  public Verdict scan(byte[] bytes, int length) {
    start = FrameScanner.afterEcho(bytes, length, sent, request, echo);
    if (start < 0) {
      start = 0;
      missing = Math.max(1, sent.length - length);
      return Verdict.MORE;
    }
    int begun = -1;
    for (int at = start; at < length; at++) {
      if (bytes[at] == ':') {
        begun = at;
      } else if (begun >= 0 && bytes[at] == '\n' && bytes[at - 1] == '\r') {
        if (isReply(bytes, begun, at + 1)) {
          frameAt = begun;
          return at + 1 < length ? Verdict.TRAILED : Verdict.COMPLETE;
        }
        begun = -1;
      }
    }
    int have = begun < 0 ? 0 : length - begun;
    int usual = frameChars(request.usualReplyBytes());
    missing = Math.max(1, (have < EXCEPTION_CHARS ? EXCEPTION_CHARS : usual) - have);
    return Verdict.MORE;
  }

  /** Whether these characters, colon and CR LF included, are the frame that we wait for. */
  private boolean isReply(byte[] bytes, int from, int to) {
    byte[] frame = decode(bytes, from, to);
    int length = frame.length - 2;
    if (length < 2 || (frame[0] & 0xFF) != unit || !fits(frame, length)) {
      return false;
    }
    pdu = Arrays.copyOfRange(frame, 1, 1 + length);
    return true;
  }

  /** The bytes of a frame, unit to check; none if digits or check are wrong. */
  private static byte[] decode(byte[] bytes, int from, int to) {
    int digits = to - from - DELIMITERS;
    if (digits < EXCEPTION_CHARS - DELIMITERS || digits % 2 != 0) {
      return NONE;
    }
    byte[] frame = new byte[digits / 2];
    int sum = 0;
    for (int i = 0; i < frame.length; i++) {
      int value = byteAt(bytes, from + 1 + 2 * i);
      if (value < 0) {
        return NONE;
      }
      frame[i] = (byte) value;
      sum += value;
    }
    return (sum & 0xFF) == 0 ? frame : NONE;
  }

  /** The length of a frame with a right check that begins at an offset; 0 if there is none. */
  static int length(byte[] bytes, int at, int end) {
    if (bytes[at] != ':') {
      return 0;
    }
    for (int i = at + 1; i < end && bytes[i] != ':'; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r') {
        return decode(bytes, at, i + 1).length > 0 ? i + 1 - at : 0;
      }
    }
    return 0;
  }

  private static int lengthAt(byte[] bytes, int at, int end) {
    return at < end ? length(bytes, at, end) : 0;
  }

  /** The byte of two digits, -1 if they are none. */
  static int byteAt(byte[] bytes, int at) {
    int high = digit(bytes[at]);
    int low = digit(bytes[at + 1]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private boolean fits(byte[] frame, int length) {
    int function = frame[1] & 0xFF;
    return function == (request.function() | 0x80)
        ? length == 2
        : function == request.function() && request.replyLength(frame, 1, length) == length;
  }

  private static int digit(byte b) {
    return HexFormat.isHexDigit(b) ? HexFormat.fromHexDigit(b) : -1;
  }

  @Override
  public int missing() {
    return missing;
  }

  /** As of {@link RtuScanner#silence}: whole frames that answer something else are not damage. */
  @Override
  public Verdict silence(byte[] bytes, int length) {
    int at = start;
    for (int frame = lengthAt(bytes, at, length); frame > 0; frame = lengthAt(bytes, at, length)) {
      at += frame;
    }
    int left = length - at;
    boolean begun = left >= 5 && bytes[at] == ':' && byteAt(bytes, at + 1) == unit;
    boolean asLong = left >= frameChars(request.usualReplyBytes());
    wasTheReply = begun && isReplyButForItsCheck(bytes, at, length);
    return begun || asLong ? Verdict.DAMAGED : Verdict.MORE;
  }

  private boolean isReplyButForItsCheck(byte[] bytes, int at, int length) {
    int digits = length - at - DELIMITERS;
    if (digits < EXCEPTION_CHARS - DELIMITERS || digits % 2 != 0) {
      return false;
    }
    byte[] frame = new byte[digits / 2];
    for (int i = 0; i < frame.length; i++) {
      frame[i] = (byte) byteAt(bytes, at + 1 + 2 * i); // no digits are damage within
    }
    return fits(frame, frame.length - 2);
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
