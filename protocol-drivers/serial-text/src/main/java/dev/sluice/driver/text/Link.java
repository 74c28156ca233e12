package dev.sluice.driver.text;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A stream of bytes to the devices of a line, which can be brought up again after it went down. On
 * the line's context only.
 */
interface Link {

  /** What a link tells its line. */
  interface Listener {

    void received(Buffer bytes);

    /** An open link went down by itself or was dropped; not called after {@link Link#close()}. */
    void down(String reason);
  }

  /** Brings it up; fails within 10 s with a message in words. */
  Future<Void> open(Listener listener);

  boolean isOpen();

  void write(Buffer bytes);

  /** Gives up an open link that has gone bad; the listener hears of it. */
  void drop(String reason);

  /** For good. Idempotent. */
  Future<Void> close();
}
