package dev.sluice.gateway.outbox;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where records are kept at one time.
 *
 * @param current takes them
 * @param memory is delivered from first; null when nothing is in memory
 * @param reason why current is not on disk; empty when it is
 * @param hint what to do about it
 */
record Kept(Outbox current, @Nullable Outbox memory, String reason, String hint) {

  private static final Logger LOG = LoggerFactory.getLogger(Kept.class);

  static Kept onDisk(Outbox disk, @Nullable Outbox memory) {
    return new Kept(disk, memory, "", "");
  }

  static Kept inMemory(Outbox memory, String reason, String hint) {
    return new Kept(memory, memory, reason, hint);
  }

  boolean durable() {
    return current.isDurable();
  }

  /** Each once. */
  List<Outbox> all() {
    return memory == null || memory == current ? List.of(current) : List.of(current, memory);
  }

  Set<String> uplinks() {
    var uplinks = new HashSet<String>();
    all().forEach(outbox -> uplinks.addAll(outbox.uplinks()));
    return uplinks;
  }

  /** Records in memory that the uplink with most has left. */
  long left() {
    return memory == null ? 0 : memory.uplinks().stream().mapToLong(memory::left).max().orElse(0);
  }

  /** Closes; what is in memory then is lost, which is announced if there is a disk for it. */
  Future<Void> close() {
    List<Future<Long>> announced = new ArrayList<>();
    if (memory != null) {
      for (String uplink : memory.uplinks()) {
        lose(memory, uplink, announced);
      }
    }
    return Future.join(announced)
        .transform(done -> memory == null ? Future.succeededFuture() : memory.close())
        .transform(done -> current.close());
  }

  private void lose(Outbox from, String uplink, List<Future<Long>> announced) {
    long left = from.left(uplink);
    if (left == 0) {
      return;
    }
    LOG.atError()
        .addKeyValue("uplink", uplink)
        .addKeyValue("records", left)
        .addKeyValue("stream", from.stream())
        .log("records in memory are lost with the end of the gateway");
    if (current != from) {
      byte[] gap = new GapRecord(0, 0, 0, "memory", uplink).encode();
      announced.add(current.append(RecordKind.GAP, gap, 0));
    }
  }
}
