package dev.sluice.driver;

import io.vertx.core.Future;

/**
 * A medium that carries one transaction at a time (serial port) or a few (TCP link).
 *
 * <p>Lifecycle: created, then any order of {@link #addDevice} and {@link #connect()}, {@link
 * #close()} once at the end. All on the line's context.
 */
public interface Line {

  /**
   * Adds a device; sends nothing. Also while connected and polling.
   *
   * @param settings already valid by the driver's schema
   * @throws SettingsException naming everything that the schema could not see
   */
  Device addDevice(DeviceSettings settings, DeviceContext context) throws SettingsException;

  /**
   * Brings the medium up. The host calls it when the line is down and never while a former call is
   * pending; it paces the attempts.
   *
   * @return completes when polls can be run; fails with an exception whose message says in words
   *     what to look at (refused, no such host, no such port, timed out). Fails within 10 s.
   */
  Future<Void> connect();

  /**
   * How many polls the host may have in flight at once; constant, 1 to 16. A serial line has 2: one
   * on the wire, and one that waits, so that no time is lost between them.
   */
  int concurrency();

  /**
   * Gives everything back. Polls in flight fail with {@link PollFailure#LINE_DOWN}. Idempotent.
   *
   * @return completes when the medium is released
   */
  Future<Void> close();
}
