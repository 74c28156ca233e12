/**
 * The connector {@code thingsboard}: the gateway API of ThingsBoard, one connection that speaks for
 * every field device.
 *
 * <pre>
 *   record --render--> Telemetry --(waits)--> seal --> wire: v1/gateway/telemetry, a device each
 *                              connect first /
 *   shared attributes --> Wishes --> DesiredState --> client attributes
 *   rpc --------------> Calls ----> Command ------> rpc
 * </pre>
 *
 * <ul>
 *   <li><b>A message is of one device.</b> The server acknowledges each device of a message for
 *       itself, with one packet id: the first acknowledgment of several would be taken for all.
 *   <li><b>The wire decides who is connected.</b> What names a device connects it, with the default
 *       profile if it is new. So whether {@code v1/gateway/connect} has to go first is looked at
 *       when a message is written, in {@link
 *       dev.sluice.gateway.uplink.thingsboard.ThingsboardConversation#seal}.
 *   <li><b>A device that is down is disconnected</b>, after its last word; history connects it
 *       again until all of history has arrived.
 *   <li><b>Numbers</b> are written so that the server keeps them as numbers: it takes one with more
 *       than 16 decimals, or a whole one beyond 64 bits, for text.
 *   <li><b>A time before 2000</b> is no time: such a row goes without one, alone, and gets the
 *       server's.
 * </ul>
 */
@NullMarked
package dev.sluice.gateway.uplink.thingsboard;

import org.jspecify.annotations.NullMarked;
