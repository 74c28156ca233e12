package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files beside the chain whose records may fill a hole in it: set aside, or cut off by a damaged
 * end. A seq is assigned once in a stream, so a record of the same stream whose checksum holds is
 * the right one wherever nobody else has its seq.
 */
final class Salvage {

  private final FileOps files;
  private final Path directory;
  private final Snapshot snapshot;
  private final Keys keys;

  Salvage(FileOps files, Path directory, Snapshot snapshot, Keys keys) {
    this.files = files;
    this.directory = directory;
    this.snapshot = snapshot;
    this.keys = keys;
  }

  /** Segments of the stream, those of the highest number first. */
  List<Segment> segments() throws IOException {
    List<Segment> found = new ArrayList<>();
    for (Segment behind : snapshot.dirty()) {
      found.add(open(behind.path(), behind.header(), behind.allocated()));
    }
    if (!snapshot.segments().isEmpty()) {
      // The last commit, which is not whole: what comes before its damage is.
      Segment tail = snapshot.segments().get(snapshot.segments().size() - 1);
      found.add(open(tail.path(), tail.header(), tail.allocated()));
    }
    for (FileOps.Listed file : files.list(directory)) {
      String name = file.path().getFileName().toString();
      boolean aside = SetAside.isSetAside(name) && name.contains(".seg");
      boolean stray = snapshot.others().contains(file.path());
      boolean left = snapshot.left().stream().anyMatch(known -> known.path().equals(file.path()));
      if (aside || stray || left) {
        SegmentHeader header = header(file.path());
        if (header != null && header.stream().equals(snapshot.stream()) && keys.fit(header)) {
          found.add(open(file.path(), header, file.size()));
        }
      }
    }
    found.sort(Comparator.comparing((Segment segment) -> segment.header().number()).reversed());
    return found;
  }

  private Segment open(Path path, SegmentHeader header, long size) {
    return new Segment(path, header, keys, size, Long.MAX_VALUE, 0);
  }

  private @Nullable SegmentHeader header(Path path) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(SegmentHeader.PAGE);
    try (OpenFile file = files.open(path, false)) {
      file.read(page, 0);
    } catch (IOException e) {
      return null; // nothing to be had from it
    }
    return SegmentHeader.decode(page.flip(), path, new Checksum());
  }
}
