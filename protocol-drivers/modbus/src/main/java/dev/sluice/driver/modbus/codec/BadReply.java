package dev.sluice.driver.modbus.codec;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import java.util.HexFormat;

/** Words the failure of a poll whose reply does not answer it. */
public final class BadReply {

  /** A whole frame of 260 bytes would not help anybody who reads a log. */
  private static final int SHOWN_BYTES = 24;

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private BadReply() {}

  /**
   * The failure for a reply that was damaged or answers something else.
   *
   * @param found in words, what the reply was, and what was expected
   * @param request in words, what had been asked
   * @param bytes hold the reply
   * @param offset of the reply
   * @param length of the reply
   */
  public static PollException of(
      String found, String request, byte[] bytes, int offset, int length) {
    int shown = Math.min(length, SHOWN_BYTES);
    String hex = HEX.formatHex(bytes, offset, offset + shown);
    return new PollException(
        PollFailure.BAD_REPLY,
        Quality.BAD_REPLY,
        found + ", to " + request + ": [" + hex + (shown < length ? " ..." : "") + "]");
  }
}
