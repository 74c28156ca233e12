/**
 * Devices that speak lines of text or other frames without transaction ids: scales, meters, weather
 * stations, receivers.
 *
 * <pre>
 *   {@link dev.sluice.driver.text.Link}         bytes of a serial port or a connection
 *     -&gt; {@link dev.sluice.driver.text.frame.Framer}     frames, their checksum checked
 *     -&gt; {@link dev.sluice.driver.text.Extraction}   values: by configured places, or by a profile
 * </pre>
 *
 * <p>A device is either asked ({@link dev.sluice.driver.text.RequestDevice}) or sends by itself
 * ({@link dev.sluice.driver.text.StreamingDevice}); a line carries devices of one of the two sorts.
 * Text has no transaction ids, so one request is in flight per line, and after a request that was
 * not answered properly the line must first fall silent ({@link dev.sluice.driver.text.Exchanges}).
 * Only the links know what carries the bytes.
 */
@NullMarked
package dev.sluice.driver.text;

import org.jspecify.annotations.NullMarked;
