/**
 * The durable log under the outbox: synchronous, opaque payloads, {@code java.*} only.
 *
 * <h2>Directory</h2>
 *
 * <pre>
 * lock                                      pid of the process that has the directory
 * 0000000012-00000000000000081423.seg       segment number 12, its first seq is 81423
 * 0000000009-00000000000000070001.seg.spare     done with, waits to be written again
 * 0000000012-00000000000000081423.seg.damaged   set aside, for people
 * 0000000012-00000000000000081423.seg.locked    encrypted with a key that was not here: set aside
 * cloud.cursor                              what the uplink "cloud" has not acknowledged
 * cloud.cursor.tmp                          a cursor file being made; deleted when found
 * </pre>
 *
 * Numbers only go up; where two segments claim a seq, the higher number has it. What a file is
 * called is for people; what it holds is said by its header. Other files are left alone. All
 * numbers are big-endian.
 *
 * <h2>Versions</h2>
 *
 * Every header begins with a magic, a version and a CRC of both, the same in all versions for ever.
 * A reader reads its own version and all before. A newer one, or a cipher that it does not know, it
 * refuses, and then changes nothing in the directory. Bits and bytes that are not named here are
 * written as zeros, are under the CRC where one follows them, and are ignored when read: they are
 * for what an older reader may ignore; what it may not ignore takes a new version.
 *
 * <p>Version 1 is frozen. What may change within it: when files are made, kept and deleted, how
 * large they are and what those are called that are set aside; bytes and bits that are not named
 * here, for what an older reader may ignore; a new cipher, which it refuses by itself. New kinds of
 * records and new causes of losses are no matter of this format: payloads say their own versions.
 * What takes a new version: the place, size or meaning of anything named here, what a checksum or a
 * tag covers and begins with, how keys and nonces come about, what a file name must look like to be
 * found; in short, all that an older reader would take for damage or for something else.
 *
 * <p>Version N reads N-1 and all before. For each version, directories as it wrote them are among
 * the resources of the tests, {@code outbox/format-N}, with what the gateway keeps beside them.
 * They stay for ever and are never made again: what cannot read them is wrong, not they.
 *
 * <h2>Segment</h2>
 *
 * A header page of 4 KiB, then commits, each padded with zeros to whole pages of 4 KiB. A page that
 * was forced is not written again as long as somebody may need it; then the whole file becomes
 * another segment, whose end may be followed by what was there before.
 *
 * <pre>
 * header, twice: at 0 and at 2048
 *   magic 8 "SLUICEOB" | version 4 | crc of these 12
 *   stream 16 | number 8 | first seq 8 | created 8 (wall ms, 0: clock not trusted)
 *   epoch 4 | the epoch it had before, or 0
 *   cipher 4: 0 none, 1 AES-256-GCM | 0 0 0 0 | key id 8 | salt 32 (both 0 without a cipher)
 *   12 zeros | crc 4 of the 124 bytes before it
 * commit
 *   magic 4 "SLCM" | crc 4 of the epoch and the 32 bytes behind it
 *   first seq 8 | wall ms 8 (0: not trusted) | count 4 | bytes of records 4 | readings 4
 *   flags 4: 1 seal (no records; first seq is the end), 2 holds announcements
 *   without a cipher: records
 *   with one: nonce 12 | records, enciphered | tag 16
 * record
 *   crc 4 of the epoch, the seq 8, and all of the record behind the crc
 *   length 4 | readings 4 | kind 1 | 0 0 0 | payload
 * </pre>
 *
 * CRCs are CRC-32C. The epoch is random per segment, so that no byte of another life of the file or
 * the disk can pass. A seal is written when the log is closed; a log always goes on in a new
 * segment.
 *
 * <h2>Encryption</h2>
 *
 * The records of a commit are one message of AES-256-GCM. Additional data of 96 bytes: those of the
 * segment's header from its stream to the epoch it had before; the offset of the commit in the file
 * 8; the header of the commit 40. So a commit is taken only from the place it was written to. A
 * seal is a message without text.
 *
 * <pre>
 * HKDF-SHA256 (RFC 5869): secret the key of 32 bytes, salt the segment's, info "sluice outbox
 *   segment 1" in ASCII, 64 bytes: the first 32 are the AES key, the others the nonce key
 * nonce: the first 12 of HMAC-SHA256(nonce key, 32 random bytes | additional data | frames:
 *   the first 16 bytes of each record)
 * key id: the first 8 of HMAC-SHA256(key, "sluice outbox key id 1")
 * </pre>
 *
 * <p>Why no nonce serves two messages under one key: every segment, in every life of its file, has
 * a random salt and so a key of its own, under which there are at most 65,536 commits; their nonces
 * are as good as random, so two are the same with a probability below 2^-64. A restored image draws
 * a new salt at its next start and never goes on in an old segment. Where chance itself comes again
 * (a machine restored with its memory, two of them running from one snapshot, a thousand boxes that
 * boot from one image with no entropy), salts come again, too; then the nonce still depends on the
 * place, the header and the length and checksum of every record, so that it comes again for another
 * message only where all of those collide. For the same message its ciphertext is the same, and
 * nothing is told by it that the first one did not tell. A counter could not say so. Only the
 * writer makes nonces; a reader takes any.
 *
 * <p>What stays readable without the key: stream, seqs, times, sizes, how many records and
 * readings, and which commits hold announcements; in cursor files seqs and the names of uplinks.
 * Records are never on disk in plain: not in spare files, which are kept only when they were
 * encrypted, and not in files set aside. What was written before encryption was turned on stays as
 * it is until every uplink has it; then it is deleted, which a flash may carry out late. Not so a
 * damaged file in plain that was set aside ({@code .damaged}): it stays in plain until the bound of
 * such files, or somebody, deletes it. Whoever can write to the disk can still destroy: commits,
 * and the whole log, can be removed or put back to a former state.
 *
 * <p>New segments are encrypted with the newest key, old ones are read with the key that their
 * header names, and nothing is rewritten. A segment whose key is missing is announced as a loss of
 * cause {@code KEY} and set aside; its headers say which seqs it had, so that none is assigned
 * again. When its key is here at a later start, it comes back for the cursors that still want it;
 * if all of them were told of the loss it stays aside for people. Such files have the room below
 * the bound that the log does not need, and are the first to go.
 *
 * <h2>Blobs</h2>
 *
 * What lies beside the log and holds records, too, is encrypted as one blob per file:
 *
 * <pre>
 * key id 8 | salt 32, random | nonce 12 | content, enciphered | tag 16
 * additional data: key id | salt | what its owner writes beside it in plain
 * keys: as of a segment, from the blob's salt, with the info "sluice outbox blob 1"
 * nonce: the first 12 of HMAC-SHA256(nonce key,
 *   32 random bytes | length of additional data 4 | additional data | content)
 * </pre>
 *
 * Every blob has a random salt and so a key of its own, under which there is one message. Where
 * chance comes again, the nonce keeps two messages apart as it does in segments.
 *
 * <h2>Cursor file</h2>
 *
 * Two slots of 4 KiB, written in turn; the valid one of the higher generation counts.
 *
 * <pre>
 *   magic 8 "SLUICECU" | version 4 | crc of these 12
 *   stream 16 | generation 8 | seen 8 | floor 8 | open 8 | ranges 4, at most 128 | first 8, last 8 …
 *   length of the uplink's name 4 | name in UTF-8 | crc 4 of all bytes before it
 * </pre>
 *
 * Not acknowledged is: every range, and all from {@code open} on. Below {@code seen} all was handed
 * out, or was durable when the log was closed; below {@code floor} what is missing was announced.
 *
 * <h2>What always holds</h2>
 *
 * <ol>
 *   <li>Records are readable only after the force that covers them; a new file only after the force
 *       of the directory.
 *   <li>Seqs of a stream are assigned once, without holes, from 1. What was handed out is never
 *       assigned again; when the tail is damaged, the seqs it may have held are skipped and
 *       announced.
 *   <li>A file whose write or force failed is not written or forced again: what was not durable
 *       goes into a new one from memory.
 *   <li>A segment is deleted or written over because it is acknowledged only after the cursors that
 *       say so are on disk; because of a bound only after the announcement is durable, except on a
 *       full disk, where the room comes first and a crash in between is announced at the next
 *       reading.
 *   <li>Damage costs the rest of its commit, at most, or all of it when it is encrypted; reading
 *       goes on at the next 4 KiB boundary that holds a commit. What is missing is announced once
 *       per run.
 *   <li>Any bytes in any file end in a working log; the only refusals are a directory in use and a
 *       file of a newer version, and then nothing is changed.
 *   <li>The bound counts what files take on disk, spare and locked ones too, not what is used of
 *       them.
 *   <li>On a disk without room the oldest segment is written over, and cursors are written in
 *       place: from two whole files on, beside the one that grows, nothing needs a byte that the
 *       log does not have already, whatever others take. A younger log may have to wait for room. A
 *       file that is written again does not get longer. Once the disk is known to be full a file is
 *       kept ready, so that the announcement comes first there, too; once a minute a new file is
 *       tried. What is set aside for people goes before any record does.
 *   <li>Memory does not depend on the backlog: one small object per segment.
 * </ol>
 */
@NullMarked
package dev.sluice.gateway.outbox.log;

import org.jspecify.annotations.NullMarked;
