/**
 * Serial ports: the only place that knows the native library.
 *
 * <p>A port is owned by one platform thread for as long as it is open. It takes one exchange after
 * the other, the most urgent first, keeps the pauses between them to absolute deadlines, and hands
 * each outcome to the line's context.
 *
 * <pre>
 *   line's context                       port's thread
 *   --------------                       -------------
 *   submit(Exchange) --queue by class--> pause, throw stray bytes out, write
 *                                        read, ask the ReplyScanner, until complete, damaged, late
 *   Exchange.done(Outcome) <------------ pause; bytes in it void the reply
 *   Listener.received  <---------------- bytes that belong to no exchange
 *   Listener.lost      <---------------- the adapter is gone
 * </pre>
 */
@NullMarked
package dev.sluice.driver.serial;

import org.jspecify.annotations.NullMarked;
