/**
 * Records that an uplink could not deliver, kept for people: each a file of its own, so that they
 * can be looked at, and asked for again, while the gateway runs and while it does not.
 *
 * <h2>Directory</h2>
 *
 * <p>{@code dead} in the directory of the outbox; made when the first record is kept.
 *
 * <pre>
 * 0000000012-00000000000000081423.letter            letter 12, of seq 81423
 * 0000000012-00000000000000081423.letter.resend     the same, to be sent again
 * 0000000013-00000000000000081424.letter.tmp        being written; deleted when found
 * </pre>
 *
 * <p>Numbers only go up while there are letters; the oldest letter has the lowest. Renaming a
 * letter to {@code .resend} is how it is asked for: the gateway looks every few seconds, also for
 * what was renamed while it was down. When the broker has it, the file goes; when the broker
 * refuses it again it loses the {@code .resend}.
 *
 * <h2>File, version 1</h2>
 *
 * <p>All numbers are big-endian.
 *
 * <pre>
 * magic 8 "SLUICEDL" | version 4 | seal 4: 0 plain | length of content 4
 * crc 4: CRC-32C of the bytes before it and of the content
 * content, as the seal left it
 *   uplink text | stream text | seq 8 | kind 1 | readings 4 | kept 8 (wall ms, 0: not trusted)
 *   reason text | length of payload 4 | payload
 * text = length 2 | modified UTF-8, as java.io.DataOutput writes it
 * </pre>
 *
 * <h2>What always holds</h2>
 *
 * <ol>
 *   <li>A letter is complete and durable before the record is acknowledged: written under another
 *       name, forced, renamed, the directory forced. Kept twice, it is there once.
 *   <li>Letters take no more room than allowed, in blocks of 4 KiB; beyond it, and on a full disk,
 *       the oldest go, which is counted.
 *   <li>No damage stops anything: a file that cannot be read is shown as damaged, is never sent,
 *       and goes in its turn. Files with other names are left alone.
 *   <li>A letter whose broker does not answer stays. It goes only when the broker acknowledged it,
 *       or by the bound.
 * </ol>
 */
@NullMarked
package dev.sluice.gateway.outbox.dead;

import org.jspecify.annotations.NullMarked;
