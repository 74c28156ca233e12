package dev.sluice.driver.text.frame;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a frame has its checksum, how it is written, and which bytes it covers. Immutable.
 *
 * <pre>
 *   | skip |  covered  | until | checksum | after |
 * </pre>
 *
 * @param kind how it is computed
 * @param skip so many bytes at the beginning are not covered, 0 or more
 * @param until so many bytes right before it are not covered, 0 or more
 * @param after so many bytes follow it, 0 or more
 * @param hex whether it is written as hexadecimal digits, two for each byte, in either case
 * @param little whether the low byte comes first
 * @param marker what stands right before it; a frame without it has no checksum and is in order.
 *     Null if every frame has one
 */
public record Checksum(
    ChecksumKind kind,
    int skip,
    int until,
    int after,
    boolean hex,
    boolean little,
    @Nullable Character marker) {

  /** Of NMEA 0183: {@code $...*HH}; sentences may be without. */
  public static final Checksum NMEA = new Checksum(ChecksumKind.XOR, 1, 1, 0, true, false, '*');

  /** How many bytes it takes in the frame. */
  public int width() {
    return hex ? 2 * kind.width() : kind.width();
  }

  /** Whether a frame of these bytes has none, and need not have one. */
  private boolean isAbsent(byte[] bytes, int from, int to) {
    if (marker == null) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == (byte) marker.charValue()) {
        return false;
      }
    }
    return true;
  }

  private int position(int to) {
    return to - after - width();
  }

  /**
   * What is wrong with the checksum of a frame.
   *
   * @return in words; null if it is right
   */
  @Nullable String fault(byte[] bytes, int from, int to) {
    if (isAbsent(bytes, from, to)) {
      return null;
    }
    int position = position(to);
    int end = position - until;
    if (end < from + skip || (marker != null && bytes[position - 1] != marker.charValue())) {
      return "found " + (to - from) + " bytes, expected some with a checksum " + kind.word();
    }
    String expected = written(kind.of(bytes, from + skip, end));
    String found = hex ? text(bytes, position, position + width()) : hex(bytes, position);
    return found.equalsIgnoreCase(expected)
        ? null
        : "found checksum " + found + ", expected " + expected + " (" + kind.word() + ")";
  }

  /** Where the content of a frame ends: before the checksum and what separates it. */
  int contentEnd(byte[] bytes, int from, int to) {
    return isAbsent(bytes, from, to) ? to : position(to) - until;
  }

  /** The checksum of bytes that are to be sent, as it is written. */
  public byte[] append(byte[] bytes) {
    int end = Math.max(0, bytes.length - until);
    int sum = kind.of(bytes, Math.min(skip, end), end);
    String digits = written(sum);
    byte[] result = new byte[width()];
    for (int i = 0; i < result.length; i++) {
      result[i] =
          hex
              ? (byte) digits.charAt(i)
              : (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
    }
    return result;
  }

  /** As hexadecimal digits in the order of the wire. */
  private String written(int sum) {
    if (kind.width() == 1) {
      return String.format(Locale.ROOT, "%02X", sum);
    }
    int swapped = little ? (sum & 0xFF) << 8 | sum >> 8 : sum;
    return String.format(Locale.ROOT, "%04X", swapped);
  }

  private String hex(byte[] bytes, int at) {
    var text = new StringBuilder();
    for (int i = at; i < at + width(); i++) {
      text.append(String.format(Locale.ROOT, "%02X", bytes[i]));
    }
    return text.toString();
  }

  private static String text(byte[] bytes, int from, int to) {
    var text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(bytes[i] > ' ' && bytes[i] < 0x7F ? (char) bytes[i] : '?');
    }
    return text.toString();
  }
}
