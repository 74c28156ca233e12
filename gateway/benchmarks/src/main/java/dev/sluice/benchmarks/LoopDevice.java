package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A block device that one store has for itself, with a fresh ext4 on it: only there every sector
 * can be counted, the file system's own books included. The mount belongs to the process that uses
 * it, and the image has no name any more: whatever ends that process, nothing of it stays.
 */
final class LoopDevice {

  private static final int SECTOR = 512;
  private static final int SECTORS_WRITTEN = 6;

  /** The journal and the tables are written now, not in the background while we count. */
  private static final String SCRIPT =
      """
      truncate -s "$1" "$2/image"
      mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$2/image"
      mkdir -p "$2/mount"
      mount -o loop "$2/image" "$2/mount"
      rm "$2/image"
      shift 2
      exec "$@"
      """;

  private LoopDevice() {}

  /** Mounting needs root. */
  static boolean isPossible() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Where the device is mounted for the process that has it. */
  static Path mount(Path directory) {
    return directory.resolve("mount");
  }

  /** Starts a command on a core; it sees the device at {@link #mount}. */
  static Program start(String name, int cpu, Path directory, long bytes, List<String> command)
      throws IOException {
    var all = new ArrayList<>(List.of("unshare", "--mount", "sh", "-ec", SCRIPT, "sh"));
    all.addAll(List.of(Long.toString(bytes), directory.toString()));
    all.addAll(command);
    return Program.start(name, cpu, Map.of(), all);
  }

  /**
   * Bytes that were written to the device under a directory until now, with all that the file
   * system still held back.
   */
  static long writtenBytes(Path directory) throws IOException {
    try (Program sync =
        Program.start("sync", -1, Map.of(), List.of("sync", "-f", directory.toString()))) {
      sync.awaitEnd(60);
    }
    return SECTOR * sectors(Files.readString(stat(directory)));
  }

  private static Path stat(Path directory) throws IOException {
    long device = ((Number) Files.getAttribute(directory, "unix:dev")).longValue();
    long major = (device >>> 8) & 0xFFF;
    long minor = (device & 0xFF) | ((device >>> 12) & 0xFFF00);
    return Path.of(String.format(Locale.ROOT, "/sys/dev/block/%d:%d/stat", major, minor));
  }

  /** The seventh number of the kernel's statistics of a block device. */
  static long sectors(String stat) {
    return Long.parseLong(stat.strip().split("\\s+", -1)[SECTORS_WRITTEN]);
  }
}
