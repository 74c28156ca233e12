package dev.sluice.gateway.outbox;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A file system in a file, whose power can be cut. Takes root, and a mount name space of its own:
 * when that ends, whatever is mounted in it ends too.
 */
final class LoopDisk {

  private static final int MIB = 1 << 20;

  /** What a disk can be formatted with. */
  enum Kind {
    EXT4(32, "mkfs.ext4", "-q", "-F", "-b", "4096"),
    /** The weaker journal: data may come after the metadata that speaks of it. */
    EXT4_WRITEBACK(32, "mkfs.ext4", "-q", "-F", "-b", "4096"),
    /** mkfs.xfs makes nothing below 300 MiB; the file is sparse. */
    XFS(320, "mkfs.xfs", "-q", "-f");

    private final long mib;
    private final List<String> format;

    Kind(long mib, String... format) {
      this.mib = mib;
      this.format = List.of(format);
    }
  }

  private final Kind kind;
  private final Path image;
  private final Path mountPoint;
  private Process switchboard;

  private LoopDisk(Kind kind, Path image, Path mountPoint) {
    this.kind = kind;
    this.image = image;
    this.mountPoint = mountPoint;
  }

  /** An empty one, not mounted. */
  static LoopDisk format(Kind kind, Path directory) throws IOException {
    return format(kind, directory, kind.mib * MIB);
  }

  static LoopDisk format(Kind kind, Path directory, long bytes) throws IOException {
    Path image = directory.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    List<String> command = new ArrayList<>(kind.format);
    command.add(image.toString());
    run(command);
    return new LoopDisk(kind, image, Files.createDirectories(directory.resolve("disk")));
  }

  /** A directory on it. */
  Path directory() {
    return mountPoint.resolve("outbox");
  }

  Path root() {
    return mountPoint;
  }

  /** Replays the journal, as after a power cut. */
  void mount() throws IOException {
    String options = kind == Kind.EXT4_WRITEBACK ? "loop,data=writeback" : "loop";
    run(List.of("mount", "-o", options, image.toString(), mountPoint.toString()));
  }

  /** Has everything ready, so that the cut itself takes no time. */
  void arm() throws IOException {
    switchboard =
        new ProcessBuilder(locate("xfs_io"), "-x", mountPoint.toString())
            .redirectErrorStream(true)
            .start();
  }

  /** From now on nothing reaches the disk: what was not forced is lost, the journal's tail too. */
  void cutPower() throws IOException {
    Process cutting = Objects.requireNonNull(switchboard, "not armed");
    switchboard = null;
    try (OutputStream commands = cutting.getOutputStream()) {
      commands.write("shutdown\nquit\n".getBytes(StandardCharsets.US_ASCII));
    }
    finish(cutting, "xfs_io shutdown");
  }

  /** Fails while somebody has a file open, which is so found out. */
  void unmount() throws IOException {
    run(List.of("umount", mountPoint.toString()));
  }

  /** Runs a program of the system; what it says is in the exception when it fails. */
  static void run(List<String> command) throws IOException {
    List<String> found = new ArrayList<>(command);
    found.set(0, locate(command.get(0)));
    finish(new ProcessBuilder(found).redirectErrorStream(true).start(), String.join(" ", command));
  }

  private static void finish(Process process, String command) throws IOException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(command + " failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Root's programs are not in everybody's path. */
  static String locate(String program) {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/sbin"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError(program + " is missing; scripts/test installs it"))
        .toString();
  }
}
