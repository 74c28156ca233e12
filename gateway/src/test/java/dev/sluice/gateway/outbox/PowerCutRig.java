package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.FileOps;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Cuts the power under an outbox at work, again and again, and checks what it promised. Runs as a
 * process in a mount name space of its own; what was promised is noted in its memory, where no cut
 * reaches. An open outbox does not outlive a cut: after it nothing that it still does can reach the
 * disk, and it is closed before the disk is mounted again.
 */
final class PowerCutRig {

  private static final int SEGMENTS = 8;

  private final Workload workload = new Workload();
  private final LoopDisk disk;
  private final Random random;
  private final FileOps files;
  private long reused;

  private PowerCutRig(LoopDisk disk, Random random, FileOps files) {
    this.disk = disk;
    this.random = random;
    this.files = files;
  }

  /** Arguments: directory, kind of file system, seed, cuts, {@code forced} or {@code unforced}. */
  public static void main(String[] args) {
    Rig.main(() -> run(args));
  }

  private static void run(String[] args) throws Exception {
    LoopDisk disk = LoopDisk.format(LoopDisk.Kind.valueOf(args[1]), Path.of(args[0]));
    Random random = new Random(Long.parseLong(args[2]));
    FileOps files = args[4].equals("forced") ? FileOps.DISK : new Unforced();
    PowerCutRig rig = new PowerCutRig(disk, random, files);
    int cuts = Integer.parseInt(args[3]);
    for (int i = 0; i < cuts; i++) {
      rig.live();
    }
    rig.lastLook();
    System.out.println(
        "result cuts=%d %s reused=%d".formatted(cuts, rig.workload.promises(), rig.reused));
  }

  private Outbox open() throws Exception {
    return workload.open(disk.directory(), SEGMENTS, files);
  }

  /** From one power cut to the next. */
  private void live() throws Exception {
    disk.mount();
    disk.arm();
    Outbox outbox = open();
    if (random.nextInt(3) > 0) {
      workload.check(outbox, "cloud", false);
      workload.check(outbox, "local", random.nextInt(3) == 0);
    }
    workload.start(outbox);
    workload.await(20 + random.nextInt(150), outbox);
    if (random.nextInt(8) == 0) {
      workload.close(outbox); // and then the power goes
    } else {
      TimeUnit.MICROSECONDS.sleep(random.nextInt(10_000)); // anywhere in a commit
    }
    reused += outbox.stats().reusedSegments();
    workload.promises().powerFails();
    disk.cutPower();
    workload.close(outbox);
    disk.unmount();
  }

  private void lastLook() throws Exception {
    disk.mount();
    Outbox outbox = open();
    workload.check(outbox, "cloud", false);
    workload.check(outbox, "local", false);
    workload.close(outbox);
    disk.unmount();
  }
}
