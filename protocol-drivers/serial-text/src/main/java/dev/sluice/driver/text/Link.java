package dev.sluice.driver.text;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongConsumer;

/**
 * A stream of bytes to the devices of a line, which can be brought up again after it went down. On
 * the line's context only.
 */
interface Link {

  /** What a link tells its line. */
  interface Listener {

    /**
     * Bytes came.
     *
     * @param lastByteNanos when the last of them was seen
     */
    void received(Buffer bytes, long lastByteNanos);

    /** An open link went down by itself or was dropped; not called after {@link Link#close()}. */
    void down(String reason);
  }

  /** Brings it up; fails within 10 s with a message in words. */
  Future<Void> open(Listener listener);

  boolean isOpen();

  /**
   * Sends bytes.
   *
   * @param gone is told when the last of them left; what is received before that is no answer to
   *     them. Never told when the link goes down meanwhile
   */
  void write(Buffer bytes, LongConsumer gone);

  /**
   * Changes the speed of a link that has one, up to its next opening. Not while bytes are on their
   * way out.
   *
   * @return false if this link has no speed that could be set
   */
  boolean setBaud(int baud);

  /**
   * Gives up an open link that never falls silent, if connecting again could help; the listener
   * hears of it. A serial port stays: whatever talks on it would go on.
   */
  void neverSilent(String reason);

  /** For good. Idempotent. */
  Future<Void> close();
}
