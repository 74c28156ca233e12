package dev.sluice.gateway.outbox.log;

import dev.sluice.gateway.outbox.log.Inventory.Candidate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a recovery finds of segments without their key, and of those that were set aside before. */
final class LockedFound {

  private final List<LockedSegments.Locked> files = new ArrayList<>();
  private final TreeMap<Long, Long> endByFirst = new TreeMap<>();

  static boolean aside(Path path) {
    return path.getFileName().toString().endsWith(LockedSegments.SUFFIX);
  }

  /** What a file was called before it was set aside. */
  static Path before(Path aside) {
    String name = aside.getFileName().toString();
    int end = name.length() - LockedSegments.SUFFIX.length();
    return aside.resolveSibling(name.substring(0, end));
  }

  /** It is wanted and cannot be read. */
  void add(Segment segment, long end) {
    files.add(
        new LockedSegments.Locked(segment.path(), segment.bytes(), segment.header().encryption()));
    if (segment.first() < end) {
      endByFirst.put(segment.first(), end);
    }
  }

  /** Nobody waits for what it holds: it stays as it is, for people. */
  void leave(Candidate file) {
    SegmentHeader header = file.header();
    files.add(
        new LockedSegments.Locked(
            file.path(), file.size(), header == null ? null : header.encryption()));
  }

  /** The oldest first. */
  List<LockedSegments.Locked> files() {
    files.sort(Comparator.comparing(file -> file.path().getFileName().toString()));
    return files;
  }

  /** Neighbours in one. */
  List<Loss> losses() {
    List<Loss> losses = new ArrayList<>();
    long first = 0;
    long end = 0;
    for (Map.Entry<Long, Long> range : endByFirst.entrySet()) {
      if (range.getKey() != end) {
        add(losses, first, end);
        first = range.getKey();
      }
      end = range.getValue();
    }
    add(losses, first, end);
    return losses;
  }

  private static void add(List<Loss> losses, long first, long end) {
    if (first < end) {
      losses.add(new Loss(first, end - 1, end - first, 0, Loss.Cause.KEY));
    }
  }
}
