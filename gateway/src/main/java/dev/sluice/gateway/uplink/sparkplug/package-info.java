/**
 * The connector {@code sparkplug}: the gateway as an Edge Node of Sparkplug B 3.0, each field
 * device as one of its Devices, each point as a metric.
 *
 * <pre>
 *   current values --> Births -----------------------\
 *   record --render--> DataMessages --(waits)--> seal --> wire: seq, send time
 *                                     births first /
 * </pre>
 *
 * <ul>
 *   <li><b>The wire decides.</b> A record is rendered when it is its turn, and its messages may
 *       wait for room; meanwhile devices die, are born again, everything is told anew. So what has
 *       to come before a message is looked at when it is written, in {@link
 *       dev.sluice.gateway.uplink.sparkplug.SparkplugConversation#seal}, where the one seq counter
 *       is, too: no metric goes out that the last birth of its device did not have, with that type.
 *   <li><b>Births</b> say what a device said last. What is then read from the outbox and is not
 *       newer than that is told as historical, as is everything of the lane {@code history}.
 *   <li><b>A device that is down</b> but has history is born with quality stale, and dies again
 *       when all of history has arrived.
 *   <li><b>Types</b>: integers of 16, 32 and 64 bits, both signs; floats of 32 and 64 bits;
 *       Boolean; String. A decimal is a Double. NaN and infinity are no value of quality bad.
 *   <li><b>Gaps</b> are metrics of the node, {@code Sluice/Gap/…}, told in NDATA.
 * </ul>
 */
@NullMarked
package dev.sluice.gateway.uplink.sparkplug;

import org.jspecify.annotations.NullMarked;
