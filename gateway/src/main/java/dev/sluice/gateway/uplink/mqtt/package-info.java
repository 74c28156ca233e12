/**
 * One MQTT 3.1.1 connection, from the attempt to its end; the only place that knows the MQTT
 * client.
 *
 * <p>The client is good at the protocol and careless about sessions, hence these rules, each with a
 * test:
 *
 * <ul>
 *   <li>one client object per attempt, as it never forgets what was in flight on a lost connection;
 *   <li>own packet ids, as it does not skip ids in use, and the id must be known before the write;
 *   <li>own window, in messages and in bytes, as it bounds bytes not at all;
 *   <li>own deadlines for the connection as a whole, for the oldest PUBACK and for silence, as it
 *       has none for CONNACK, and its other two neither close nor re-send;
 *   <li>names are looked up on a worker, as the resolver of the JVM blocks;
 *   <li>own PUBLISH packets at QoS 1, written past it to the same socket, as it copies each payload
 *       three times, which costs a third of the rate of large messages;
 *   <li>a connection counts as lost once, whichever of its several ways to say so comes first;
 *   <li>a socket whose peer reads no more is closed by an idle timeout of the socket itself, as an
 *       ordinary close waits for what was written before it.
 * </ul>
 */
@NullMarked
package dev.sluice.gateway.uplink.mqtt;

import org.jspecify.annotations.NullMarked;
