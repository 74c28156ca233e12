package dev.sluice.gateway.outbox;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogOptions;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Appends records to an outbox that no gateway has open. Blocks; one thread. */
public final class OutboxImport implements Closeable {

  private static final long GROUP = 256 << 10;

  private final Log log;
  private List<Entry> group = new ArrayList<>();
  private long bytes;
  private long appended;

  private OutboxImport(Log log) {
    this.log = log;
  }

  /**
   * Opens it as a gateway would.
   *
   * @throws IOException as {@link Log#open}
   */
  public static OutboxImport open(OutboxOptions options, TimeSource time) throws IOException {
    LogOptions bounds =
        new LogOptions(
            options.directory(),
            options.maxBytes(),
            options.maxAge(),
            options.segmentBytes(),
            options.maxDamaged(),
            options.keys());
    return new OutboxImport(
        Log.open(bounds, FileOps.DISK, new OutboxClock(time), new Gaps(), new SecureRandom()));
  }

  /** Id of the stream that the records become part of. */
  public String stream() {
    return log.stream().text();
  }

  /** The uplinks that will get them. */
  public Set<String> uplinks() {
    return log.uplinks();
  }

  /** Seq of the next record. */
  public long next() {
    return log.next();
  }

  /** Records that are durable. */
  public long appended() {
    return appended;
  }

  /** Takes a record; durable after {@link #flush} at the latest. */
  public void append(RecordKind kind, int readings, byte[] payload) throws IOException {
    if (bytes + payload.length > GROUP) {
      flush();
    }
    group.add(new Entry(kind.code(), readings, payload));
    bytes += payload.length;
  }

  /** Makes all that was taken durable. */
  public void flush() throws IOException {
    if (!group.isEmpty()) {
      long unused = log.commit(group);
      appended += group.size();
      group = new ArrayList<>();
      bytes = 0;
    }
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
