/**
 * How a kind of upstream wants its messages: topics, forms, status. Rendering happens when a record
 * is sent, because only then the limits of the platform are known.
 *
 * <h2>What the connector {@code mqtt} sends</h2>
 *
 * <p>In the forms {@code json} and {@code cbor} one message is one map, in JSON (RFC 8259) or CBOR
 * (RFC 8949). Both have the same keys in the same order; keys at their default are left out.
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
 * <h2>The forms senml-json and senml-cbor</h2>
 *
 * <p>One message is one SenML pack (RFC 8428) of the plain version 10, with the labels of its
 * sections 5 (words) and 6 (numbers). First comes what is of the message, under {@code
 * GATEWAY/_sluice/}, without a time:
 *
 * <pre>
 * schema v 1 | stream vs | seq v | ? part v, parts v | low v
 * | ? lane vs "history" | ? clock vs "corrected" or "untrusted" | ? shift v (seconds)
 * | in a gap: gap_first v, gap_last v, gap_count v, gap_reason vs
 * </pre>
 *
 * <p>Then, for each device and again in each part, a base name {@code GATEWAY/DEVICE/} and as base
 * time that of its first record; later ones have {@code t}, counted from it. A point is {@code n}
 * with {@code v}, {@code vb} or {@code vs}; its quality, unless good, is {@code POINT/_quality}
 * with {@code vs}, beside the value when that is only to be doubted. A device that came up or went
 * down is {@code _up} with {@code vb} and {@code _reason} with {@code vs}.
 *
 * <ul>
 *   <li><b>Names</b> are letters, digits, {@code -}, {@code .} and {@code _}; what else is in them
 *       is written as {@code :} and two hexadecimal digits for each byte of UTF-8. So is {@code _}
 *       at the beginning of a device or point, as words of ours begin with it. A gateway that would
 *       not begin with a letter or digit has {@code x::} in front.
 *   <li><b>Times</b> are seconds with milliseconds. The RFC counts what is below 2^28 seconds (July
 *       1978) from now; a wrong clock may say so. Then {@code shift} says how many seconds were
 *       added to all times of the pack to make them absolute.
 *   <li><b>Units</b> are told where the registry (RFC 8428, 12.1; RFC 8798, 2) has exactly them,
 *       after spellings such as °C are made {@code Cel}. Anything else is no legal {@code u}: the
 *       record has none. Multiples such as kWh are in the registry of secondary units only, which
 *       packs of version 10 may not use. Values are never converted.
 *   <li><b>Numbers</b> in JSON have a small e. In CBOR a decimal of up to 15 digits is the closest
 *       float, which is what the RFC takes numbers for; one with more is a decimal fraction (tag
 *       4). Integers have all digits, also beyond the 18 that the RFC recommends at most.
 * </ul>
 *
 * <h2>The forms value and plain</h2>
 *
 * <p>One message is one value. {@code value} is
 *
 * <pre>
 * { t: int, ? v: value, ? q: quality, ? u: unit, stream: text, seq: uint, ? part: [k, n],
 *   low: uint, ? lane: "history", ? clock: "corrected" | "untrusted" }
 * </pre>
 *
 * <p>with the unit as configured, where there is a value. {@code plain} is the text of a good value
 * alone, and empty for any other: bare text cannot tell a doubt, and with {@code retain} an empty
 * message makes the broker forget the value that holds no more. A device that came up or went down
 * has the point {@code _up}: in {@code value} an object with {@code t}, {@code v} and {@code
 * reason}, in {@code plain} true or false. A gap is, in either form, an object with {@code gap},
 * {@code stream}, {@code seq} and {@code low} under device {@code _sluice}, point {@code gap}.
 * {@code plain} carries no seq: nobody can prove from it that nothing is missing.
 *
 * <h2>Topics of devices and points</h2>
 *
 * <p>With {device} in the topic a record becomes one message or more for each of its devices, with
 * {point} one for each value. {@code part} counts over the whole record all the same, so who
 * subscribes to all of the topics can prove that nothing is missing, and who subscribes to some of
 * them cannot. Gaps go to device {@code _sluice}. In names {@code + # / %} and control characters,
 * and at the beginning {@code $} and {@code _}, are written as in URLs, {@code %2F}.
 *
 * <p>With {@code retain} the messages of the live lane that hold readings are retained; history and
 * dead letters never are, nor gaps, nor states of devices, unless these have the topic {@code _up}.
 *
 * <h2>The status of a device</h2>
 *
 * <p>On its own topic, retained: {@code {schema: 1, device: text, status: "online" | "offline", ?
 * reason: text, t: int}}; of every device that is known when a connection begins, before any
 * record, and with each change that is live. For a device that was removed the retained message is
 * taken away. It is what the gateway found last: while the gateway's own status is offline, it says
 * nothing about now.
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
