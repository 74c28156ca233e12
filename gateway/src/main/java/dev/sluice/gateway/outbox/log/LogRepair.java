package dev.sluice.gateway.outbox.log;

import dev.sluice.gateway.outbox.log.Inventory.CursorFound;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Copies all that can be read of a damaged log into a directory of its own, where it is whole: the
 * same stream, the same seqs, the cursors, and an announcement of what a cursor waits for that
 * cannot be read. The damaged one is only read. The copy is encrypted when the view has a key to
 * encrypt with; segments whose key is missing count as lost.
 */
public final class LogRepair {

  /**
   * What it came to.
   *
   * @param records copied
   * @param readings in them
   * @param salvaged of the records: came from files that the log itself does not use any more
   * @param lost what is announced, by uplink; of nobody in particular when there is no cursor
   * @param given seqs that are not there and that nobody waits for, or that were announced before
   * @param cursors copied
   */
  public record Result(
      long records, long readings, long salvaged, List<Loss> lost, long given, int cursors) {}

  private final FileOps files;
  private final Path source;
  private final Path target;
  private final Announcer announcer;
  private final Function<byte[], @Nullable Loss> announced;
  private final RandomGenerator random;

  private final Runs present = new Runs();
  private final Runs locked = new Runs();
  private final List<Loss> named = new ArrayList<>();
  private long records;
  private long readings;
  private long salvaged;

  /**
   * A repair that did nothing yet.
   *
   * @param target must not exist, or be empty
   * @param announced what the payload of an announcement says; null when it says nothing
   */
  public LogRepair(
      FileOps files,
      Path source,
      Path target,
      Announcer announcer,
      Function<byte[], @Nullable Loss> announced,
      RandomGenerator random) {
    this.files = files;
    this.source = source;
    this.target = target;
    this.announcer = announcer;
    this.announced = announced;
    this.random = random;
  }

  /**
   * Copies; blocks. When it throws, what was written is there and of no use.
   *
   * @param view of the source, which nobody else has
   * @param segmentBytes size of the new segments
   * @param progress is told of bytes read
   * @throws NoLogException when nothing can be read
   */
  public Result run(LogView view, int segmentBytes, LogVisitor progress) throws IOException {
    Snapshot snapshot = view.snapshot();
    StreamId stream = snapshot.stream();
    if (view.isLive() || stream == null || snapshot.segments().isEmpty()) {
      throw new IOException(source + ": no record of it can be read; there is nothing to copy");
    }
    snapshot.locked().forEach(segment -> locked.add(segment.first(), segment.end() - 1));
    files.createDirectories(target);
    Closeable lock = files.lock(target);
    try (LogCopy copy =
        new LogCopy(
            files,
            target,
            stream,
            snapshot.inventory().nextNumber(),
            segmentBytes,
            announcer.kind(),
            view.keys(),
            random)) {
      copyRecords(view, snapshot, copy, progress);
      long next = Math.max(snapshot.nextAfterDamage(), copy.next());
      List<Loss> lost = lost(snapshot, copy.next(), next);
      announce(lost, next, copy);
      copy.seal();
      long floor = lost.isEmpty() ? 0 : next;
      int cursors = copyCursors(snapshot, stream, floor, Math.max(next, copy.next()));
      files.forceDirectory(target);
      return new Result(records, readings, salvaged, lost, given(next, lost), cursors);
    } finally {
      lock.close();
    }
  }

  /** Of what the log itself reads, what is missing is looked for elsewhere as soon as it is. */
  private void copyRecords(LogView view, Snapshot snapshot, LogCopy copy, LogVisitor progress)
      throws IOException {
    List<Segment> others = new Salvage(files, source, snapshot, view.keys()).segments();
    view.walk(
        1,
        Long.MAX_VALUE,
        new LogVisitor() {
          @Override
          public boolean record(StoredRecord record, long wallMillis) throws IOException {
            fill(others, copy, record.seq(), progress);
            take(record, wallMillis, copy, progress);
            return true;
          }

          @Override
          public void damage(Damage damage) throws IOException {
            progress.damage(damage);
          }

          @Override
          public void progress(long bytes, long all) {
            progress.progress(bytes, all);
          }
        });
    fill(others, copy, Long.MAX_VALUE, progress);
  }

  private void take(StoredRecord record, long wallMillis, LogCopy copy, LogVisitor told)
      throws IOException {
    copy.add(record, wallMillis);
    present.add(record.seq(), record.seq());
    records++;
    readings += record.readings();
    if (record.kind() == announcer.kind()) {
      Loss loss = announced.apply(record.payload());
      if (loss != null) {
        named.add(loss);
      }
    }
    boolean unused = told.record(record, wallMillis);
  }

  /** Fills the hole before a seq with what other files have of it. */
  private void fill(List<Segment> others, LogCopy copy, long before, LogVisitor told)
      throws IOException {
    if (copy.next() >= before) {
      return;
    }
    var walk = new SegmentWalk(files);
    Map<Long, StoredRecord> found = new TreeMap<>();
    Map<Long, Long> written = new TreeMap<>();
    for (Segment other : others) {
      List<Damage> unused =
          walk.over(
              other,
              copy.next(),
              before - 1,
              (record, wallMillis, place) -> {
                if (record.seq() < before && found.putIfAbsent(record.seq(), record) == null) {
                  written.put(record.seq(), wallMillis);
                }
                return true;
              });
    }
    for (StoredRecord record : found.values()) {
      take(record, written.getOrDefault(record.seq(), 0L), copy, told);
      salvaged++;
    }
  }

  /** What each cursor waits for and nobody has, unless it was told before. */
  private List<Loss> lost(Snapshot snapshot, long end, long next) {
    List<Loss> lost = new ArrayList<>();
    for (CursorFound found : snapshot.inventory().cursors()) {
      String uplink = found.uplink();
      if (uplink == null) {
        continue;
      }
      AckSet left = acks(found, snapshot);
      for (Runs.Run hole : present.holes(floor(found, snapshot), next - 1)) {
        long from = left.nextFrom(hole.first());
        while (from <= hole.last()) {
          long to = Math.min(hole.last(), left.rangeEnd(from) - 1);
          addUnlessNamed(new Loss(uplink, from, to, to - from + 1, 0, Loss.Cause.CORRUPT), lost);
          from = left.nextFrom(to + 1);
        }
      }
    }
    if (snapshot.inventory().cursors().isEmpty() && next > end) {
      addByCause("", new Runs.Run(end, next - 1), lost);
    }
    return lost;
  }

  /** What is missing below was told, as far as the cursor can be believed. */
  private static long floor(CursorFound found, Snapshot snapshot) {
    CursorState state = found.loaded().state();
    return state != null && state.stream().equals(snapshot.stream())
        ? Math.max(1, state.floor())
        : 1;
  }

  private void addUnlessNamed(Loss loss, List<Loss> lost) {
    var told = new Runs();
    for (Loss one : named) {
      if (one.uplink().isEmpty() || one.uplink().equals(loss.uplink())) {
        told.add(one.first(), one.last());
      }
    }
    for (Runs.Run rest : told.holes(loss.first(), loss.last())) {
      addByCause(loss.uplink(), rest, lost);
    }
  }

  /** What only misses its key is not corrupt. */
  private void addByCause(String uplink, Runs.Run hole, List<Loss> lost) {
    var corrupt = new Runs();
    for (Runs.Run run : locked.holes(hole.first(), hole.last())) {
      corrupt.add(run.first(), run.last());
      lost.add(loss(uplink, run, Loss.Cause.CORRUPT));
    }
    for (Runs.Run run : corrupt.holes(hole.first(), hole.last())) {
      lost.add(loss(uplink, run, Loss.Cause.KEY));
    }
  }

  private static Loss loss(String uplink, Runs.Run run, Loss.Cause cause) {
    return new Loss(uplink, run.first(), run.last(), run.last() - run.first() + 1, 0, cause);
  }

  private void announce(List<Loss> lost, long next, LogCopy copy) throws IOException {
    long seq = next;
    for (Loss loss : lost) {
      for (Entry entry : announcer.announce(loss, List.of())) {
        copy.add(new StoredRecord(seq++, entry.kind(), entry.readings(), entry.payload()), 0);
      }
    }
  }

  private long given(long next, List<Loss> lost) {
    var told = new Runs();
    lost.forEach(loss -> told.add(loss.first(), loss.last()));
    long given = 0;
    for (Runs.Run hole : present.holes(1, next - 1)) {
      for (Runs.Run rest : told.holes(hole.first(), hole.last())) {
        given += rest.last() - rest.first() + 1;
      }
    }
    return given;
  }

  /** Of a cursor that cannot be used nothing counts as acknowledged. */
  private static AckSet acks(CursorFound found, Snapshot snapshot) {
    CursorState state = found.loaded().state();
    return state != null && state.stream().equals(snapshot.stream())
        ? new AckSet(state.open(), state.ranges())
        : new AckSet(1);
  }

  /** All below the end was handed out or durable: that keeps a seq from being used again. */
  private int copyCursors(Snapshot snapshot, StreamId stream, long floor, long end)
      throws IOException {
    int count = 0;
    for (CursorFound found : snapshot.inventory().cursors()) {
      String uplink = found.uplink();
      if (uplink == null) {
        continue;
      }
      AckSet left = acks(found, snapshot);
      CursorState state = found.loaded().state();
      long generation = state == null ? 1 : state.generation() + 1;
      long known = state == null || !state.stream().equals(stream) ? 0 : state.floor();
      var file = new CursorFile(files, target, uplink);
      try {
        file.write(
            new CursorState(
                uplink,
                stream,
                generation,
                end,
                Math.max(known, floor),
                left.open(),
                left.ranges()));
      } finally {
        file.close();
      }
      count++;
    }
    return count;
  }
}
