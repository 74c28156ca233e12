package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the outbox asks of flash at its defaults: forces and bytes, under load and at rest. */
@Tag("alone")
class FlashUseTest {

  private static final int PAGE = 4096;

  /** More than the headers of a commit of one record take. */
  private static final int HEADERS = 128;

  private static final int SECONDS = Boolean.getBoolean("sluice.long") ? 60 : 4;

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** As the batcher does it: one record in 900 ms, which the uplink has soon afterwards. */
  @Test
  void atDefaultsItForcesThreeTimesASecondAtMostAndAtRestItWritesNothing(@TempDir Path directory)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    Outbox outbox = get(Outbox.open(vertx, OutboxOptions.defaults(directory), new TestTime()));
    OutboxCursor cursor = outbox.cursor("cloud");
    append(outbox, cursor, 5_000);
    TimeUnit.SECONDS.sleep(2); // the files of this run are made, and the cursor is on disk
    OutboxStats before = outbox.stats();
    long start = System.nanoTime();
    long padded = 0;
    while (System.nanoTime() - start < SECONDS * 1_000_000_000L) {
      padded += append(outbox, cursor, 20_000);
      TimeUnit.MILLISECONDS.sleep(850); // and 50 ms of the commit window
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    OutboxStats after = outbox.stats();
    double forces = (after.fsyncs() - before.fsyncs()) / seconds;
    double amplification = (double) (after.writtenBytes() - before.writtenBytes()) / padded;
    OutboxStats rest = settled(outbox);
    TimeUnit.SECONDS.sleep(SECONDS);
    OutboxStats rested = outbox.stats();
    System.out.printf(
        "%.2f forces/s, %.3f bytes per byte of padded commits; at rest %d forces, %d bytes%n",
        forces,
        amplification,
        rested.fsyncs() - rest.fsyncs(),
        rested.writtenBytes() - rest.writtenBytes());
    assertThat(forces).isLessThanOrEqualTo(3);
    assertThat(amplification).isLessThanOrEqualTo(1.3);
    assertThat(rested.fsyncs()).isEqualTo(rest.fsyncs());
    assertThat(rested.writtenBytes()).isEqualTo(rest.writtenBytes());
    get(outbox.close());
    get(vertx.close());
  }

  /** The last acknowledgement has reached the disk: nothing since longer than a cursor waits. */
  private static OutboxStats settled(Outbox outbox) throws Exception {
    OutboxStats last = outbox.stats();
    for (int same = 0; same < 12; ) {
      TimeUnit.MILLISECONDS.sleep(100);
      OutboxStats next = outbox.stats();
      same = next.fsyncs() == last.fsyncs() ? same + 1 : 0;
      last = next;
    }
    return last;
  }

  /** Makes it durable and delivers it; the bytes of its commit. */
  private static long append(Outbox outbox, OutboxCursor cursor, int bytes) throws Exception {
    byte[] payload = new byte[bytes];
    new Random(bytes).nextBytes(payload);
    long seq = get(outbox.append(RecordKind.DATA, payload, 1_000));
    List<OutboxRecord> records = get(cursor.read(seq, 1 << 20));
    assertThat(records).hasSize(1);
    cursor.ack(seq);
    return (bytes + HEADERS + PAGE - 1) / PAGE * (long) PAGE;
  }
}
