package dev.sluice.gateway.acquire;

/** What a line's time went to. */
public enum BusTime {
  /** Polls that brought values, or a clear no, at the first attempt. */
  USEFUL,
  /** Attempts after the first one, whatever came of them. */
  RETRIES,
  /** First attempts that brought nothing. */
  FAILED,
  /** Asking devices that were silent. */
  PROBES,
  /** Writes to devices. */
  WRITES
}
