/**
 * What a field-protocol driver is.
 *
 * <p>A {@link dev.sluice.driver.Driver} opens a {@link dev.sluice.driver.Line} (a medium: a serial
 * port or a TCP link); on a line live {@link dev.sluice.driver.Device}s (addressed units); a device
 * says which {@link dev.sluice.driver.Poll}s (bus transactions) read its points, and runs one at a
 * time when the host asks.
 *
 * <pre>
 *   host                                   driver
 *   ----                                   ------
 *   Driver.createLine(settings, context) -> Line          validates, opens nothing
 *   Line.addDevice(settings, context)    -> Device        validates, opens nothing
 *   Device.plan(points)                  -> List&lt;Poll&gt;    which transactions read them, at what cost
 *   Line.connect()                       -> Future        again after each LineContext.lost()
 *   Device.run(poll, request)            -> Future&lt;PollResult&gt;
 *   Device.close(), Line.close()                          once each, in this order
 * </pre>
 *
 * <p><b>Who owns what.</b> The host owns the schedule, retries, back-off, reconnecting and
 * statistics, and decides how long a poll may take. The driver owns bytes: framing, checks, codecs,
 * and the order of what is in flight on its medium.
 *
 * <p><b>Threads.</b> Each line has one Vert.x context. The host calls every method of a line and of
 * its devices on it, and a driver completes every future and calls every method of its contexts on
 * it; so neither side needs a lock. Nothing here may block.
 *
 * <p>More power is another small interface ({@link dev.sluice.driver.Subscribing}) that a device
 * also implements, never a new method on an old one.
 */
@NullMarked
package dev.sluice.driver;

import org.jspecify.annotations.NullMarked;
