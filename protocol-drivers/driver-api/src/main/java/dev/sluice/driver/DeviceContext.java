package dev.sluice.driver;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** What the host lends to a device for its life. Used on the line's context only. */
public interface DeviceContext {

  /**
   * Asks the host to call {@link Device#plan} again, because the device learnt something: a limit,
   * an address that does not exist. Polls of the old plan are not run any more; the host calls back
   * in a later turn.
   */
  void replan();

  /**
   * What {@link #saveState} stored last, also before a restart.
   *
   * @return the bytes, empty if there are none
   */
  Buffer state();

  /**
   * Keeps a little knowledge about this device over restarts. Lost with the data directory, so it
   * may hold only what can be learnt again.
   *
   * @param state at most 64 KiB
   * @return completes when the bytes are on disk; fails when they are too many or cannot be written
   */
  Future<Void> saveState(Buffer state);

  /**
   * Counts something the device did that concerns no single poll: damaged frames, late replies.
   * Exported as a metric.
   *
   * @param event lower-case words joined by {@code _}, from a small fixed set of the driver
   * @param count how many, positive
   */
  void count(String event, long count);

  /**
   * Tells the owner something about this device that stays true for a while: an address that it
   * does not have, a timeout that is too short. Logged when it changes, and shown in the status.
   *
   * @param subject lower-case words joined by {@code _}, from a small fixed set of the driver; a
   *     new text replaces the one before
   * @param text what was found and what to do about it; empty when it is over
   */
  void note(String subject, String text);
}
