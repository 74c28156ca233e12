package dev.sluice.gateway.outbox.log;

import java.util.List;

/** Says what is gone, as records of the log itself. Called on the writing thread. */
public interface Announcer {

  /** The kind of the records that announce. */
  int kind();

  /**
   * The records to append.
   *
   * @param carried payloads of announcements that are gone with it and that somebody still needs
   */
  List<Entry> announce(Loss loss, List<byte[]> carried);
}
