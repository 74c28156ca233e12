/**
 * The connector {@code clearblade}: the contract of Google Cloud IoT Core as ClearBlade IoT Core
 * keeps it.
 *
 * <pre>
 *   record --messages of mqtt--> /devices/{device}/events  --seal--> the same, if attached,
 *                                                                    else /devices/{gateway}/events
 *   /devices/{id}/config, commands --> Inbox --> Requests --> state, events/answers
 *   /devices/{gateway}/errors ------> Troubles --> Attachments: refused, held back
 * </pre>
 *
 * <ul>
 *   <li><b>Who we are</b> is a token that is signed for each connection and lives an hour or so; a
 *       new one is made before it runs out. Nothing is signed by a clock that nobody vouches for.
 *   <li><b>A field device is attached</b> before anything is said of it, and again on every
 *       connection. Whether it is attached is looked at when a message is written. What the
 *       platform refuses to attach is left alone for a while, over connections, and what it reads
 *       goes by the gateway's own topic or is kept.
 *   <li><b>A refusal has no acknowledgement</b>: it comes on the topic for errors, and the message
 *       is withdrawn, so that the wait for its acknowledgement does not end the connection.
 *   <li><b>What goes beside the records</b> (attach, detach, states, answers) goes through {@link
 *       dev.sluice.gateway.uplink.clearblade.Sidestream}, which keeps it slow while records flow.
 * </ul>
 */
@NullMarked
package dev.sluice.gateway.uplink.clearblade;

import org.jspecify.annotations.NullMarked;
