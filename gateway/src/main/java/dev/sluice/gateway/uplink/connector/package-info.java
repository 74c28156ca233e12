/**
 * How a kind of upstream wants its messages: topics, forms, status. Rendering happens when a record
 * is sent, because only then the limits of the platform are known.
 *
 * <h2>What the connector {@code mqtt} sends</h2>
 *
 * <p>One message is one map, in JSON (RFC 8259) or CBOR (RFC 8949). Both have the same keys in the
 * same order; keys at their default are left out.
 *
 * <pre>
 * message = { schema: 1, gateway: text, stream: text, seq: uint,
 *           ? part: [k, n],             from 1; left out when there is one
 *             low: uint,
 *           ? lane: "history",          left out: live
 *           ? clock: "corrected" | "untrusted",       left out: trusted
 *             ( devices: { * device: [+ row] }
 *             | state: { device: { t: int, up: bool, ? reason: text } }
 *             | gap: { first: uint, last: uint, count: uint, reason: text } ) }
 * row     = { t: int, ? v: { + point: value }, ? q: { + point: quality } }
 * value   = bool | integer | decimal | float | text
 * quality = text                        a word of {@link dev.sluice.driver.Quality}
 * </pre>
 *
 * <ul>
 *   <li><b>Numbers in JSON</b> have every digit of a decimal or 64-bit counter, and of a float the
 *       shortest ones that read back as the same float.
 *   <li><b>Numbers in CBOR</b>: integers as integers, to 64 bits of either signedness; floats as
 *       floats, 32 bits wide where that is exact, else 64; a decimal with a scale as a decimal
 *       fraction, tag 4 of {@code [-scale, unscaled]} (RFC 8949, 3.4.4), so that 230.1 is exact and
 *       takes six bytes. Who does not know tag 4 computes {@code unscaled * 10^-scale}.
 *   <li><b>CBOR is deterministic but for the order of keys</b>: definite lengths, shortest heads;
 *       no tag but 4. It is written by {@link dev.sluice.gateway.batch.CborWriter}, as the records
 *       of the outbox are; a test reads it with a decoder of somebody else.
 *   <li><b>Clock</b>: times of an untrusted message are what a wrong clock said. Where the clock
 *       was trusted later in the same boot the message is corrected: its times are what the clock
 *       should have said, and say the same whenever it is sent again.
 *   <li><b>NaN and infinity</b> are the quality {@code bad_value} in either form.
 *   <li><b>Compression</b> is of the whole message: one gzip member or one zstd frame. The topic
 *       says which, see {@link dev.sluice.gateway.uplink.connector.MqttConnector}.
 *   <li><b>The status</b> is plain JSON whatever the form.
 * </ul>
 *
 * <h2>Parts and the limit of a message</h2>
 *
 * <p>The limit, {@code maxMessageBytes}, is of what the broker sees: topic, payload <em>after</em>
 * compression, packet frame. Brokers count just that. As nobody knows before how well something
 * packs, parts of up to eight times the limit are tried first, then smaller ones; what is not
 * compressed is cut to measure at once. So a consumer never unpacks more than eight times the
 * limit.
 *
 * <p>A record is cut between rows, a row that is larger than a message between its values. A single
 * value that fits no message is told as {@code bad_value}, and everything beside it is sent: one
 * huge text holds up nothing. What cannot be told at all, as the names alone exceed the limit, is a
 * {@link dev.sluice.gateway.uplink.connector.RenderException}.
 */
@NullMarked
package dev.sluice.gateway.uplink.connector;

import org.jspecify.annotations.NullMarked;
