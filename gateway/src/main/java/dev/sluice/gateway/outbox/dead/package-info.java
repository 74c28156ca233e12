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
 * magic 8 "SLUICEDL" | version 4 | seal 4: 0 plain, 1 sealed | length of content 4
 * crc 4: CRC-32C of the bytes before it and of the content
 * content; when it is sealed, as a blob of outbox.log beside the 20 bytes before the crc
 *   uplink text | stream text | seq 8 | kind 1 | readings 4 | kept 8 (wall ms, 0: not trusted)
 *   reason text | length of payload 4 | payload
 * text = length 2 | modified UTF-8, as java.io.DataOutput writes it
 * </pre>
 *
 * <h2>Encryption</h2>
 *
 * <p>With a key for the outbox, letters are sealed with it: see the documentation of {@code
 * outbox.log}. A blob names its key, has a salt and so a key of its own, and opens only behind the
 * header that it was written behind. What stays readable without the key: number, seq, size, time
 * of the file, whether it is asked for. Sealed or plain, letters are read whatever is written now,
 * and none is written again: what was written in plain stays so until it is delivered or goes. A
 * letter is not bound to its number: whoever can write to the directory can ask for letters, mix
 * them up, remove and bring back.
 *
 * <p>A letter whose key is missing is locked, not damaged: it stays in its turn, is listed with the
 * id of the key, and is not sent, asked for or not, before a start with the key. Nobody can tell of
 * which record it is meanwhile, so if that one is refused again it is kept twice.
 *
 * <h2>What always holds</h2>
 *
 * <ol>
 *   <li>A letter is complete and durable before the record is acknowledged: written under another
 *       name, forced, renamed, the directory forced. Kept twice, it is there once.
 *   <li>Letters take no more room than allowed, in blocks of 4 KiB; beyond it, and on a full disk,
 *       the oldest go, which is counted.
 *   <li>No damage stops anything: a file that no key can make readable is shown as damaged, is
 *       never sent, and goes in its turn. Files with other names are left alone.
 *   <li>A letter whose broker does not answer stays. It goes only when the broker acknowledged it,
 *       or by the bound.
 * </ol>
 */
@NullMarked
package dev.sluice.gateway.outbox.dead;

import org.jspecify.annotations.NullMarked;
