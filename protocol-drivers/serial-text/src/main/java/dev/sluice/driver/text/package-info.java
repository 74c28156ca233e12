/**
 * Devices that speak lines of text: scales, meters, weather stations, NMEA-like senders.
 *
 * <pre>
 *   bytes -&gt; {@link dev.sluice.driver.text.DelimiterFramer} -&gt; line -&gt; {@link
 *   dev.sluice.driver.text.LinePattern} -&gt; groups -&gt; {@link dev.sluice.driver.text.FieldType} -&gt; values
 * </pre>
 *
 * <p>A device either answers a request or sends by itself; a line carries devices of one of the two
 * sorts. Text has no transaction ids, so one request is in flight per line, and after a request
 * that was not answered properly the line must first fall silent ({@link
 * dev.sluice.driver.text.Exchanges}). Everything but {@link dev.sluice.driver.text.TcpLink} sees
 * bytes only and knows nothing of TCP.
 */
@NullMarked
package dev.sluice.driver.text;

import org.jspecify.annotations.NullMarked;
