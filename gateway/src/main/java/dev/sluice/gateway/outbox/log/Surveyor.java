package dev.sluice.gateway.outbox.log;

import dev.sluice.gateway.outbox.log.Inventory.Candidate;
import dev.sluice.gateway.outbox.log.Inventory.CursorFound;
import dev.sluice.gateway.outbox.log.Survey.CursorPart;
import dev.sluice.gateway.outbox.log.Survey.FilePart;
import dev.sluice.gateway.outbox.log.Survey.LockedPart;
import dev.sluice.gateway.outbox.log.Survey.SegmentPart;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Walks over the headers of all commits once and sums up. */
final class Surveyor {

  /** What one uplink has left, summed up. */
  private static final class Left {
    private final AckSet acks;
    private long records;
    private long payload;
    private long oldestMillis;
    private long locked;

    Left(AckSet acks) {
      this.acks = acks;
    }

    void add(CommitHeader commit, long end) {
      long there = end - commit.firstSeq();
      long wanted = acks.countBelow(end) - acks.countBelow(commit.firstSeq());
      if (wanted == 0) {
        return;
      }
      if (records == 0) {
        oldestMillis = commit.wallMillis();
      }
      records += wanted;
      payload += payload(commit) * wanted / Math.max(1, there);
    }

    void addLocked(Segment segment) {
      locked += acks.countBelow(segment.end()) - acks.countBelow(segment.first());
    }
  }

  private final FileOps files;
  private final Path directory;
  private final Snapshot snapshot;
  private final Map<String, Left> left = new TreeMap<>();

  Surveyor(FileOps files, Path directory, Snapshot snapshot) {
    this.files = files;
    this.directory = directory;
    this.snapshot = snapshot;
  }

  private static long payload(CommitHeader commit) {
    return commit.length() - (long) commit.count() * Frame.BYTES;
  }

  Survey survey(Keys keys) throws IOException {
    Inventory inventory = snapshot.inventory();
    for (CursorFound cursor : inventory.cursors()) {
      left.put(cursor.path().toString(), new Left(acks(cursor)));
    }
    List<SegmentPart> segments = new ArrayList<>();
    for (Segment segment : snapshot.segments()) {
      SegmentPart part = part(segment);
      if (part != null) {
        segments.add(part);
      }
    }
    for (Segment segment : snapshot.locked()) {
      left.values().forEach(each -> each.addLocked(segment));
    }
    StreamId stream = snapshot.stream();
    return new Survey(
        stream == null ? "" : stream.text(),
        Preamble.VERSION,
        snapshot.next(),
        segments,
        cursors(inventory),
        inventory.spares().stream().map(file -> new FilePart(file.path(), file.size())).toList(),
        locked(keys),
        others(Kind.SET_ASIDE),
        others(Kind.BROKEN),
        others(Kind.FOREIGN));
  }

  /** Of a cursor that cannot be used all is wanted. */
  private AckSet acks(CursorFound found) {
    CursorState state = found.loaded().state();
    return state != null && state.stream().equals(snapshot.stream())
        ? new AckSet(state.open(), state.ranges())
        : new AckSet(1);
  }

  /** Null for one that is done with since we looked. */
  private @Nullable SegmentPart part(Segment segment) throws IOException {
    long records = 0;
    long readings = 0;
    long commits = 0;
    long payload = 0;
    long newest = 0;
    long last = segment.first();
    boolean holes = false;
    try (SegmentReader reader = new SegmentReader(files, segment, new Window(), () -> true)) {
      for (CommitHeader commit = reader.nextCommit();
          commit != null;
          commit = reader.nextCommit()) {
        long end = Math.min(commit.end(), segment.end());
        holes |= commit.firstSeq() > last;
        last = end;
        commits++;
        records += end - commit.firstSeq();
        readings += commit.readings();
        payload += payload(commit);
        newest = Math.max(newest, commit.wallMillis());
        for (Left each : left.values()) {
          each.add(commit, end);
        }
      }
    } catch (NoSuchFileException e) {
      return null;
    }
    Survey.State state =
        holes
            ? Survey.State.DAMAGED
            : snapshot.isTail(segment) ? Survey.State.TAIL : Survey.State.WHOLE;
    SegmentHeader header = segment.header();
    return new SegmentPart(
        segment.path(),
        header.number(),
        segment.first(),
        last,
        records,
        readings,
        commits,
        payload,
        segment.bytes(),
        segment.allocated(),
        header.createdMillis(),
        newest,
        key(header),
        state);
  }

  private static String key(@Nullable SegmentHeader header) {
    Encryption encryption = header == null ? null : header.encryption();
    return encryption == null ? "" : encryption.keyText();
  }

  private List<LockedPart> locked(Keys keys) {
    List<LockedPart> locked = new ArrayList<>();
    for (Segment segment : snapshot.locked()) {
      String key = key(segment.header());
      locked.add(
          new LockedPart(
              segment.path(),
              key,
              false,
              segment.first(),
              Math.max(segment.first(), segment.end()),
              segment.allocated()));
    }
    for (Candidate file : snapshot.left()) {
      SegmentHeader header = file.header();
      boolean here = header != null && keys.fit(header);
      locked.add(new LockedPart(file.path(), key(header), here, 0, 0, file.size()));
    }
    return locked;
  }

  private List<CursorPart> cursors(Inventory inventory) {
    List<CursorPart> parts = new ArrayList<>();
    for (CursorFound found : inventory.cursors()) {
      CursorState state = found.loaded().state();
      String uplink = found.uplink();
      Left own = left.get(found.path().toString());
      if (uplink == null || own == null) {
        continue;
      }
      boolean readable = state != null && state.stream().equals(snapshot.stream());
      List<Long> ranges = new ArrayList<>();
      for (long seq : own.acks.ranges()) {
        ranges.add(seq);
      }
      parts.add(
          new CursorPart(
              uplink,
              found.path(),
              readable,
              own.acks.low(),
              own.records,
              own.payload,
              own.oldestMillis,
              own.locked,
              Math.max(0, own.acks.countBelow(snapshot.end()) - own.records - own.locked),
              own.acks.open(),
              ranges));
    }
    parts.sort(Comparator.comparing(CursorPart::uplink));
    return parts;
  }

  private enum Kind {
    SET_ASIDE,
    BROKEN,
    FOREIGN,
    OURS
  }

  private List<FilePart> others(Kind wanted) throws IOException {
    List<FilePart> found = new ArrayList<>();
    for (FileOps.Listed file : files.list(directory)) {
      if (kind(file.path()) == wanted) {
        found.add(new FilePart(file.path(), file.size()));
      }
    }
    found.sort(Comparator.comparing(file -> file.file().toString()));
    return found;
  }

  private Kind kind(Path path) {
    String name = path.getFileName().toString();
    if (SetAside.isSetAside(name)) {
      return Kind.SET_ASIDE;
    }
    Inventory all = snapshot.inventory();
    boolean broken =
        all.damaged().stream().anyMatch(file -> file.path().equals(path))
            || all.unreadable().stream().anyMatch(file -> file.path().equals(path))
            || snapshot.dirty().stream().anyMatch(file -> file.path().equals(path))
            || snapshot.others().contains(path)
            || all.cursors().stream()
                .anyMatch(file -> file.path().equals(path) && file.loaded().state() == null);
    if (broken) {
      return Kind.BROKEN;
    }
    return Inventory.isOurs(name) || name.equals(DirectoryLock.NAME) ? Kind.OURS : Kind.FOREIGN;
  }
}
