/**
 * From the outbox to the broker: read, render, send, wait for the acknowledgement, acknowledge.
 *
 * <pre>
 *   OutboxCursor --read--&gt; Forwarder --render--&gt; Connector        how a platform wants it
 *        ^                     |
 *        |                     v publish
 *        +------ack------ MqttSession --PUBLISH/PUBACK--&gt; broker   one session = one attempt
 *                              ^
 *                             Link                               when to try again, and why it failed
 * </pre>
 *
 * <p><b>Reading is not acknowledging.</b> A record leaves the outbox only when the broker
 * acknowledged every message that it became. When a session ends, whatever was under way is
 * forgotten here and read again from the lowest seq not acknowledged; so delivery is at least once,
 * and what is kept in memory is bounded by the window.
 *
 * <p><b>What can hold it up.</b> Nothing waits in a hidden queue: a record is read only when the
 * former ones are handed to the session, and handed over only when the window has room. A record
 * that the broker refuses again and again is kept as a dead letter and announced as a gap; asked
 * for, it is sent with nothing else in flight ({@link dev.sluice.gateway.uplink.Resend}).
 *
 * <p><b>Threads.</b> Everything of one uplink runs on the context of its {@link
 * dev.sluice.gateway.uplink.UplinkVerticle}; only {@code stats()} may be called from elsewhere.
 */
@NullMarked
package dev.sluice.gateway.uplink;

import org.jspecify.annotations.NullMarked;
