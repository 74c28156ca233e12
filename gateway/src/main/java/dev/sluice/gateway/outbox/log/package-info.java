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
 * cloud.cursor                              what the uplink "cloud" has not acknowledged
 * cloud.cursor.tmp                          a cursor file being made; deleted when found
 * </pre>
 *
 * Numbers only go up; where two segments claim a seq, the higher number has it. What a file is
 * called is for people; what it holds is said by its header. Other files are left alone. All
 * numbers are big-endian.
 *
 * <h2>Segment</h2>
 *
 * A header page of 4 KiB, then commits, each padded with zeros to 4 KiB. A page that was forced is
 * not written again as long as somebody may need it; then the whole file becomes another segment,
 * whose end may be followed by what was there before.
 *
 * <pre>
 * header, twice: at 0 and at 2048
 *   magic 8 "SLUICEOB" | version 4 | crc of these 12
 *   stream 16 | number 8 | first seq 8 | created 8 (wall ms, 0: clock not trusted)
 *   epoch 4 | the epoch it had before, or 0
 *   crc 4 of all bytes of the header before it
 * commit
 *   magic 4 "SLCM" | crc 4 of the epoch and the rest of this header
 *   first seq 8 | wall ms 8 (0: not trusted) | count 4 | bytes of records 4 | readings 4
 *   flags 4: 1 seal (no records; first seq is the end), 2 holds announcements
 *   records
 * record
 *   crc 4 of epoch, seq, length, readings, kind, payload
 *   length 4 | readings 4 | kind 1 | 0 0 0 | payload
 * </pre>
 *
 * CRCs are CRC-32C. The epoch is random per segment, so that no byte of another life of the file or
 * the disk can pass. A seal is written when the log is closed; a log always goes on in a new
 * segment.
 *
 * <h2>Cursor file</h2>
 *
 * Two slots of 4 KiB, written in turn; the valid one of the higher generation counts.
 *
 * <pre>
 *   magic 8 "SLUICECU" | version 4 | crc of these 12
 *   stream 16 | generation 8 | seen 8 | floor 8 | open 8 | ranges 4, at most 128 | first 8, last 8 …
 *   length of the uplink's name 4 | name | crc 4 of all bytes before it
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
 *   <li>Damage costs the rest of its commit, at most; reading goes on at the next 4 KiB boundary
 *       that holds a commit. What is missing is announced once per run.
 *   <li>Any bytes in any file end in a working log; the only refusals are a directory in use and a
 *       file of a newer version, and then nothing is changed.
 *   <li>The bound counts what files take on disk, spare ones too, not what is used of them.
 *   <li>On a disk without room the oldest segment is written over, and cursors are written in
 *       place: nothing needs a byte that the log does not have already.
 *   <li>Memory does not depend on the backlog: one small object per segment.
 * </ol>
 */
@NullMarked
package dev.sluice.gateway.outbox.log;

import org.jspecify.annotations.NullMarked;
