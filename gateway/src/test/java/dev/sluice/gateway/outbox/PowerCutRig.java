package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.FileOps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Cuts the power under an outbox at work, again and again, and checks what it promised. Runs as a
 * process in a mount name space of its own; what was promised is noted in its memory, where no cut
 * reaches. An open outbox does not outlive a cut: after it nothing that it still does can reach the
 * disk, and it is closed before the disk is mounted again.
 */
final class PowerCutRig {

  private static final int SEGMENT = 32 * 1024;
  private static final int WAITING = 16;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final LoopDisk disk;
  private final Random random;
  private final FileOps files;
  private final Promises promises = new Promises("cloud", "local");
  private final AtomicLong number = new AtomicLong();
  private long reused;

  private PowerCutRig(LoopDisk disk, Random random, FileOps files) {
    this.disk = disk;
    this.random = random;
    this.files = files;
  }

  /** Arguments: kind of file system, directory, seed, cuts, {@code forced} or {@code unforced}. */
  public static void main(String[] args) throws Exception {
    LoopDisk.run(List.of("mount", "--make-rprivate", "/"));
    LoopDisk disk = LoopDisk.format(LoopDisk.Kind.valueOf(args[0]), Path.of(args[1]));
    Random random = new Random(Long.parseLong(args[2]));
    FileOps files = args[4].equals("forced") ? FileOps.DISK : new Unforced();
    PowerCutRig rig = new PowerCutRig(disk, random, files);
    int cuts = Integer.parseInt(args[3]);
    try {
      for (int i = 0; i < cuts; i++) {
        rig.live();
      }
      rig.lastLook();
    } finally {
      System.out.println(
          "result cuts=%d durable=%d named=%d lost=%d reused=%d streams=%d violations=%s"
              .formatted(
                  cuts,
                  rig.promises.durable(),
                  rig.promises.named(),
                  rig.promises.lost(),
                  rig.reused,
                  rig.promises.streams(),
                  rig.promises.violations()));
    }
    System.exit(0);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private Outbox open() throws Exception {
    OutboxOptions options =
        new OutboxOptions(
            disk.directory(),
            8L * SEGMENT,
            Duration.ofDays(30),
            Duration.ZERO,
            SEGMENT,
            Duration.ofMillis(5));
    return get(Outbox.open(vertx, options, new TestTime(), files));
  }

  /** From one power cut to the next. */
  private void live() throws Exception {
    disk.mount();
    disk.arm();
    Outbox outbox = open();
    promises.opened(outbox.stream());
    OutboxCursor local = outbox.cursor("local");
    OutboxCursor cloud = outbox.cursor("cloud");
    if (random.nextInt(3) > 0) {
      check(cloud, false);
      check(local, random.nextInt(3) == 0);
    }
    CountDownLatch durable = new CountDownLatch(20 + random.nextInt(150));
    context.runOnContext(
        start -> {
          deliver(cloud);
          for (int i = 0; i < WAITING; i++) {
            append(outbox, durable);
          }
        });
    if (!durable.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("nothing becomes durable: " + outbox.stats());
    }
    if (random.nextInt(8) == 0) {
      get(outbox.close()); // and then the power goes
    } else {
      TimeUnit.MICROSECONDS.sleep(random.nextInt(10_000)); // anywhere in a commit
    }
    reused += outbox.stats().reusedSegments();
    promises.powerFails();
    disk.cutPower();
    get(outbox.close());
    get(afterAllThatWasSaid());
    disk.unmount();
  }

  private void lastLook() throws Exception {
    disk.mount();
    Outbox outbox = open();
    promises.opened(outbox.stream());
    check(outbox.cursor("cloud"), false);
    check(outbox.cursor("local"), false);
    get(outbox.close());
    disk.unmount();
  }

  /** Completions that are on their way to the context belong to the time before. */
  private Future<Void> afterAllThatWasSaid() {
    return Future.future(promise -> context.runOnContext(done -> promise.complete()));
  }

  private void append(Outbox outbox, CountDownLatch durable) {
    long n = number.incrementAndGet();
    outbox
        .append(RecordKind.DATA, KillChild.payload(n), 1)
        .onSuccess(
            seq -> {
              promises.durable(seq, n);
              durable.countDown();
              append(outbox, durable);
            });
  }

  /** Takes some of what there is, not all: a backlog grows. */
  private void deliver(OutboxCursor cursor) {
    cursor.onRecords(
        () ->
            cursor
                .read(cursor.low(), 3_000)
                .onSuccess(
                    records -> {
                      for (OutboxRecord record : records) {
                        take(cursor, record);
                        promises.acknowledged(cursor.uplink(), record.seq());
                        cursor.ack(record.seq());
                      }
                    }));
  }

  private GapRecord take(OutboxCursor cursor, OutboxRecord record) {
    promises.handedOut(record);
    GapRecord gap = null;
    if (record.kind() == RecordKind.GAP) {
      try {
        gap = GapRecord.decode(record.payload());
      } catch (OutboxException e) {
        throw new AssertionError(e);
      }
      promises.gap(cursor.uplink(), gap);
    }
    return gap;
  }

  /** Reads all that a cursor has left. */
  private void check(OutboxCursor cursor, boolean acknowledge) throws Exception {
    TreeSet<Long> seen = new TreeSet<>();
    for (List<OutboxRecord> records = get(cursor.read(0, 1 << 16));
        !records.isEmpty();
        records = get(cursor.read(seen.last() + 1, 1 << 16))) {
      for (OutboxRecord record : records) {
        take(cursor, record);
        seen.add(record.seq());
      }
    }
    promises.complete(cursor.uplink(), seen);
    if (acknowledge) {
      for (long seq : seen) {
        promises.acknowledged(cursor.uplink(), seq);
        cursor.ack(seq);
      }
    }
  }
}
