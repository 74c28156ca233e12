package dev.sluice.gateway.outbox;

import java.util.Map;

/**
 * Where records are kept now; a snapshot.
 *
 * @param durable whether on disk
 * @param directory that is in use, or would be if its disk let us
 * @param stream id of the stream that takes records
 * @param reason why not on disk; empty when it is
 * @param hint what to do about that; empty when nothing
 * @param entered how often it went to memory since the start
 * @param bytes of memory in use for records, those too that wait for delivery after the disk is
 *     back
 * @param records there that some uplink has not delivered
 * @param lost records that the bound of the memory forced out, by reason, since the start
 * @param lostFromDisk records that a bound of the disk forced out, by reason, since the start
 * @param flash what the disk had to take
 */
public record StorageStats(
    boolean durable,
    String directory,
    String stream,
    String reason,
    String hint,
    long entered,
    long bytes,
    long records,
    Map<String, Long> lost,
    Map<String, Long> lostFromDisk,
    FlashStats flash) {

  public StorageStats {
    lost = Map.copyOf(lost);
    lostFromDisk = Map.copyOf(lostFromDisk);
  }
}
