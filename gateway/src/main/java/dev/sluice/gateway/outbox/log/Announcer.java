package dev.sluice.gateway.outbox.log;

import java.util.List;

/** Says what is gone, as records of the log itself. Called on the writing thread. */
public interface Announcer {

  /** The kind of the records that announce. */
  int kind();

  /**
   * The records to append.
   *
   * @param carried payloads of announcements that are gone with it and that the loser still needs,
   *     if they are for him
   */
  List<Entry> announce(Loss loss, List<byte[]> carried);

  /**
   * What an uplink has done with when it acknowledges such a record: first and last seq, or nothing
   * when the record is for others or is none of ours. Called by any thread.
   */
  long[] settles(byte[] payload, String uplink);
}
