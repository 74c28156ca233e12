package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.FileOps;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Lets the system calls of this very process fail, by strace, under an outbox at work on a disk
 * whose power is cut afterwards: a force that was told to have failed really did not happen. Runs
 * as {@link PowerCutRig} does.
 */
final class DiskFaultRig {

  private static final int SEGMENTS = 8;
  private static final String FORCES = "fsync,fdatasync";

  /** What the catalogue of the tests allows after the fault is over. */
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  private static final Duration ROOM_AGAIN = Duration.ofSeconds(5);

  private final Workload workload = new Workload();
  private final LoopDisk disk;
  private final Path said;
  private final Random random;
  private long slowestRecoveryMillis;

  private DiskFaultRig(LoopDisk disk, Path said, Random random) {
    this.disk = disk;
    this.said = said;
    this.random = random;
  }

  /** Arguments: directory, seed. */
  public static void main(String[] args) {
    Rig.main(() -> run(args));
  }

  private static void run(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    LoopDisk small = LoopDisk.format(LoopDisk.Kind.EXT4, directory, 8 << 20);
    DiskFaultRig rig =
        new DiskFaultRig(small, directory.resolve("strace"), new Random(Long.parseLong(args[1])));
    for (int n = 1; n <= 20; n++) {
      rig.fails("force " + n, FORCES, "error=EIO:when=" + n);
    }
    rig.failsUntilHealed();
    rig.slow();
    rig.lastLook();
    long damaged = rig.workload.promises().damaged();
    // From here on room comes before the announcement, and what a power cut in between leaves
    // unsaid is found missing at the next start.
    for (int n = 1; n <= 5; n++) {
      rig.fails("full at write " + n, "pwrite64", "error=ENOSPC:when=" + n);
    }
    rig.full();
    rig.lastLook();
    System.out.println(
        "result damaged_by_forces=%d %s slowest=%d"
            .formatted(damaged, rig.workload.promises(), rig.slowestRecoveryMillis));
  }

  private Outbox begin() throws Exception {
    disk.mount();
    disk.arm();
    Outbox outbox = workload.open(disk.directory(), SEGMENTS, FileOps.DISK);
    workload.check(outbox, "cloud", random.nextBoolean());
    workload.check(outbox, "local", random.nextBoolean());
    workload.start(outbox);
    workload.await(20, outbox);
    return outbox;
  }

  private void end(Outbox outbox) throws Exception {
    workload.promises().powerFails();
    disk.cutPower();
    workload.close(outbox);
    disk.unmount();
  }

  private void lastLook() throws Exception {
    disk.mount();
    Outbox outbox = workload.open(disk.directory(), SEGMENTS, FileOps.DISK);
    workload.check(outbox, "cloud", false);
    workload.check(outbox, "local", false);
    workload.close(outbox);
    disk.unmount();
  }

  /** One call fails; then the power fails, at once or a little later. */
  private void fails(String what, String calls, String how) throws Exception {
    Outbox outbox = begin();
    long before = outbox.stats().failures();
    Process strace = attach(calls, how);
    awaitInjected(strace);
    awaitNoticed(what, before, outbox);
    long start = System.nanoTime();
    if (random.nextInt(4) > 0) {
      workload.await(workload.durable(), 1 + random.nextInt(40), RECOVERY, outbox);
      recovered(what, start);
    }
    detach(strace);
    end(outbox);
  }

  private static void awaitNoticed(String what, long before, Outbox outbox) throws Exception {
    long end = System.nanoTime() + RECOVERY.toNanos();
    while (outbox.stats().failures() == before) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(what + " was not noticed: " + outbox.stats());
      }
      TimeUnit.MICROSECONDS.sleep(100);
    }
  }

  /** No force works until it is healed: nothing is called durable, and the alarm is on. */
  private void failsUntilHealed() throws Exception {
    Outbox outbox = begin();
    Process strace = attach(FORCES, "error=EIO");
    long end = System.nanoTime() + RECOVERY.toNanos();
    while (outbox.stats().writable()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("no alarm: " + outbox.stats());
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
    workload.settle();
    long before = workload.durable();
    TimeUnit.MILLISECONDS.sleep(500); // long enough for several attempts
    workload.settle();
    if (workload.durable() != before || outbox.stats().writable()) {
      throw new AssertionError("called durable without a force: " + outbox.stats());
    }
    long healed = System.nanoTime();
    detach(strace);
    workload.await(before, 1, RECOVERY, outbox);
    recovered("forces for ever", healed);
    if (!outbox.stats().writable()) {
      throw new AssertionError("the alarm stays: " + outbox.stats());
    }
    end(outbox);
  }

  /** A card that takes 300 ms for a force: all that waits shares it, and nobody else waits. */
  private void slow() throws Exception {
    Outbox outbox = begin();
    Process strace = attach(FORCES, "delay_enter=300000");
    long before = workload.durable();
    long forces = outbox.stats().fsyncs();
    long slowest = 0;
    int stopped = 0;
    long start = System.nanoTime();
    while (workload.durable() < before + 32) {
      long turn = workload.settle();
      slowest = Math.max(slowest, turn);
      stopped += turn > 250_000_000L ? 1 : 0;
      TimeUnit.MILLISECONDS.sleep(5);
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    long took = outbox.stats().fsyncs() - forces;
    System.out.printf(
        "slow: ms=%d forces=%d slowest_turn_ms=%d%n", millis, took, slowest / 1_000_000);
    detach(strace);
    // Three commits of 16, and cursors of two uplinks after each, in new files at first. Whoever
    // waits for a force does so for each of them; a machine that stands still may do that once.
    if (took > 3 * 2 + 2 * 3 * 2 || stopped > 1) {
      throw new AssertionError("a slow disk stops more than itself: " + outbox.stats());
    }
    end(outbox);
  }

  /** Somebody else takes every byte; later he gives them back. */
  private void full() throws Exception {
    Outbox outbox = begin();
    while (wholeFiles() < 3) { // two, and the one that grows: from then on nothing more is needed
      workload.await(1, outbox);
    }
    Path filler = disk.root().resolve("filler");
    for (int i = 0; i < 5; i++) {
      fill(filler); // what the outbox gives back by deleting is taken, too
      workload.await(workload.durable(), 300, Duration.ofSeconds(20), outbox);
    }
    workload.drain(outbox, "local");
    workload.await(200, outbox);
    System.out.println("full: " + outbox.stats());
    Files.delete(filler);
    long start = System.nanoTime();
    long failures = outbox.stats().failures();
    workload.await(workload.durable(), 200, ROOM_AGAIN, outbox);
    recovered("full disk", start);
    long left = outbox.stats().failures();
    workload.await(workload.durable(), 200, ROOM_AGAIN, outbox);
    if (outbox.stats().failures() > left || !outbox.stats().writable()) {
      throw new AssertionError("failures " + failures + ", then " + left + ": " + outbox.stats());
    }
    end(outbox);
  }

  private long wholeFiles() throws IOException {
    try (Stream<Path> files = Files.list(disk.directory())) {
      return files.filter(file -> file.toFile().length() >= Workload.SEGMENT * 3 / 4).count();
    }
  }

  private static void fill(Path filler) throws IOException {
    byte[] piece = new byte[4096];
    try (OutputStream file =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        file.write(piece);
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  private void recovered(String what, long since) {
    long millis = (System.nanoTime() - since) / 1_000_000;
    slowestRecoveryMillis = Math.max(slowestRecoveryMillis, millis);
    System.out.println(what + ": works again after " + millis + " ms");
  }

  /** From when this returns, calls are counted. */
  private Process attach(String calls, String how) throws Exception {
    Files.deleteIfExists(said);
    Process strace =
        new ProcessBuilder(
                LoopDisk.locate("strace"),
                "-f",
                "-o",
                said.toString(),
                "-e",
                "trace=" + calls,
                "-e",
                "inject=" + calls + ":" + how,
                "-p",
                Long.toString(ProcessHandle.current().pid()))
            .redirectErrorStream(true)
            .start();
    // It says "attached" for the process and all of its threads in one go.
    int c = strace.getInputStream().read();
    if (c < 0) {
      throw new AssertionError("strace cannot attach: exit code " + strace.waitFor());
    }
    return strace;
  }

  private void awaitInjected(Process strace) throws Exception {
    long end = System.nanoTime() + RECOVERY.toNanos();
    while (!Files.exists(said) || !Files.readString(said).contains("INJECTED")) {
      if (!strace.isAlive() || System.nanoTime() - end > 0) {
        throw new AssertionError("nothing injected");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Calls work again from when this returns. */
  private static void detach(Process strace) throws InterruptedException {
    strace.destroy();
    if (!strace.waitFor(10, TimeUnit.SECONDS)) {
      strace.destroyForcibly().waitFor();
    }
  }
}
