package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** All cursors of a log, also those that nobody asked for since the start. Thread-safe. */
final class Cursors implements Needs {

  private final FileOps files;
  private final LogOptions options;
  private final Tally tally;
  private final SeqRange onDisk;
  private final Map<String, Cursor> byUplink = new ConcurrentHashMap<>();

  /** What a damaged slot may have said of seqs that are gone, nobody knows. */
  private List<Cursor> doubtful = List.of();

  /**
   * None yet.
   *
   * @param onDisk whether records can be read, and nobody has decided yet that they go
   */
  Cursors(FileOps files, LogOptions options, Tally tally, SeqRange onDisk) {
    this.onDisk = onDisk;
    this.files = files;
    this.options = options;
    this.tally = tally;
  }

  /**
   * Takes over what the files said; returns below which seq everything missing was announced to
   * everybody. A cursor that cannot be read begins at the first seq of all: what is gone by now may
   * have been named to it, and that is not known either.
   *
   * @param oldest seq of the oldest record that is there
   */
  long restore(
      Map<String, CursorFile.Loaded> loaded,
      StreamId stream,
      long oldest,
      boolean segmentsDamaged) {
    long floor = floorOf(loaded.values(), stream);
    boolean lost = false;
    List<Cursor> doubts = new ArrayList<>();
    for (Map.Entry<String, CursorFile.Loaded> entry : loaded.entrySet()) {
      String uplink = entry.getKey();
      CursorState state = entry.getValue().state();
      if (state == null || !state.stream().equals(stream)) {
        tally.lostCursors.increment();
        byUplink.put(uplink, create(uplink, 1));
        lost = true;
        continue;
      }
      AckSet left = new AckSet(state.open(), state.ranges());
      // The slot that was lost may have allowed to delete what this one still wants. Where
      // segments are damaged, too, what is missing may as well be lost.
      boolean unsure = entry.getValue().damaged() && !segmentsDamaged && left.low() < oldest;
      boolean told = floor >= oldest; // and the announcement is there, for it is not below oldest
      if (unsure && told) {
        left.clip(oldest);
      }
      Cursor cursor =
          new Cursor(uplink, file(uplink), tally, onDisk, left, state.seen(), state.generation());
      byUplink.put(uplink, cursor);
      if (unsure && !told) {
        doubts.add(cursor);
      }
    }
    doubtful = List.copyOf(doubts);
    return lost ? 0 : floor;
  }

  private static long floorOf(Collection<CursorFile.Loaded> loaded, StreamId stream) {
    long floor = 0;
    for (CursorFile.Loaded file : loaded) {
      CursorState state = file.state();
      if (state != null && state.stream().equals(stream)) {
        floor = Math.max(floor, state.floor());
      }
    }
    return floor;
  }

  /**
   * Those that may lack what is below the oldest record: had, as a damaged slot of theirs said, or
   * given away on a full disk before that was announced.
   */
  List<Cursor> doubtful() {
    return doubtful;
  }

  /** The lowest seq at or above {@code from} that somebody needs for sure. */
  long surelyFrom(long from) {
    return all().stream()
        .filter(cursor -> !doubtful.contains(cursor))
        .mapToLong(cursor -> cursor.nextFrom(from))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private Cursor create(String uplink, long oldest) {
    return new Cursor(uplink, file(uplink), tally, onDisk, new AckSet(oldest), oldest, 0);
  }

  private CursorFile file(String uplink) {
    return new CursorFile(files, options.directory(), uplink);
  }

  /** The cursor of an uplink; a new one begins at {@code oldest}. */
  Cursor get(String uplink, long oldest) {
    int bytes = uplink.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || CursorFile.fileName(uplink).length() > CursorState.MAX_NAME - 8) {
      throw new IllegalArgumentException(
          "uplink of " + bytes + " bytes, expected a name that makes a file name");
    }
    return byUplink.computeIfAbsent(uplink, id -> create(id, oldest));
  }

  /**
   * Makes the cursors that are missing. Those that are to begin at {@code now} do so at {@code
   * next}, unless nobody had anything so far: what is there is for the first ones that come, and a
   * crash may have come between the making of two.
   *
   * @param now by uplink, whether it begins there or at the oldest record
   * @return the new ones, and of each whether it gets nothing of what is there
   */
  Map<String, Boolean> join(Map<String, Boolean> now, long oldest, long next) {
    boolean first = all().stream().allMatch(cursor -> cursor.untouched(oldest));
    Map<String, Boolean> without = new TreeMap<>();
    now.forEach(
        (uplink, wanted) -> {
          if (!byUplink.containsKey(uplink)) {
            boolean late = wanted && !first && next > 1;
            Cursor unused = get(uplink, late ? next : oldest);
            without.put(uplink, late);
          }
        });
    return without;
  }

  /** How many records below {@code end} each of them has left. */
  Map<String, Long> backlog(long end) {
    return all().stream().collect(Collectors.toMap(Cursor::uplink, cursor -> cursor.backlog(end)));
  }

  Set<String> uplinks() {
    return Set.copyOf(byUplink.keySet());
  }

  Collection<Cursor> all() {
    return byUplink.values();
  }

  /** Drops a cursor and its file; after a failure the cursor is there as before. */
  void forget(String uplink) throws IOException {
    Cursor gone = byUplink.get(uplink);
    if (gone != null) {
      gone.delete();
      byUplink.remove(uplink, gone);
    }
  }

  /** Brings the files up to date; whether all of it worked. */
  boolean sync(StreamId stream, long floor) {
    boolean all = true;
    for (Cursor cursor : all()) {
      if (cursor.dirty()) {
        try {
          cursor.sync(stream, floor);
        } catch (IOException e) {
          all = false; // counted below us; it stays dirty
        }
      }
    }
    return all;
  }

  /**
   * The lowest seq at or above {@code from} that somebody still needs; without cursors, all are.
   */
  @Override
  public long nextFrom(long from) {
    long next = Long.MAX_VALUE;
    for (Cursor cursor : all()) {
      next = Math.min(next, cursor.nextFrom(from));
    }
    return next == Long.MAX_VALUE ? from : next;
  }

  @Override
  public long rangeEnd(long from) {
    long end = byUplink.isEmpty() ? Long.MAX_VALUE : from;
    for (Cursor cursor : all()) {
      if (cursor.nextFrom(from) == from) {
        end = Math.max(end, cursor.rangeEnd(from));
      }
    }
    return end;
  }

  /** Whether every cursor file says that the segment is done with. */
  boolean done(Segment segment) {
    return !byUplink.isEmpty()
        && all().stream()
            .allMatch(cursor -> cursor.durablyAcknowledged(segment.first(), segment.end()));
  }

  void close() {
    all().forEach(Cursor::close);
  }
}
