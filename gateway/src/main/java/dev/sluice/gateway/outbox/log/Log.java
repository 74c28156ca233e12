package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A durable log of opaque records, bounded in size and age; the package documentation says what it
 * promises. Whatever changes files belongs to one thread that is never interrupted; {@link #next},
 * {@link #cursor}, {@link #uplinks}, {@link #reader} and {@link #stats} may be called by any.
 */
public final class Log implements Closeable {

  private final LogOptions options;
  private final FileOps files;
  private final LogClock clock;
  private final Announcer announcer;
  private final RandomGenerator random;
  private final Tally tally;
  private final Closeable lock;
  private final StreamId stream;
  private final Spares spares;
  private final Shelf shelf;
  private final Cursors cursors;
  private final LockedSegments locked;
  private final Eviction eviction;
  private final FullDisk fullDisk;
  private final SetAside setAside;
  private final CommitBuffer buffer;

  private @Nullable SegmentWriter writer;
  private long number;
  private volatile long next;
  private volatile boolean working = true;

  private Log(
      LogOptions options,
      FileOps files,
      LogClock clock,
      Announcer announcer,
      RandomGenerator random,
      Tally tally,
      Closeable lock,
      Recovery.Result found) {
    this.options = options;
    this.files = files;
    this.clock = clock;
    this.announcer = announcer;
    this.random = random;
    this.tally = tally;
    this.lock = lock;
    this.buffer = new CommitBuffer(options.keys(), random);
    this.next = found.next();
    this.number = found.number();
    this.setAside = new SetAside(files, options, tally, found.damaged());
    StreamId known = found.stream();
    this.stream = known == null ? StreamId.create(clock.millis(), random) : known;
    this.spares = new Spares(files, options);
    if (known == null) {
      spares.drop(found.spares());
    } else {
      spares.found(found.spares());
    }
    this.shelf = new Shelf(files, options, spares);
    found.segments().forEach(shelf::add);
    this.cursors = new Cursors(files, options, tally, shelf::keeps);
    this.locked = new LockedSegments(files, options, found.locked());
    this.fullDisk = new FullDisk(clock, options.segmentBytes(), shelf, locked);
    this.eviction = new Eviction(files, options, clock, announcer, shelf, cursors, locked, tally);
    eviction.restore(
        cursors.restore(found.cursors(), stream, shelf.oldest(next), found.anyAside()),
        found.lostKeys(),
        found.lost(),
        next);
  }

  /**
   * Opens a directory, which is made when missing, and brings its files in order.
   *
   * @throws DirectoryLockedException when somebody else has it
   * @throws NewerFormatException when a newer version wrote it
   * @throws IOException when the disk does not let us
   */
  public static Log open(
      LogOptions options, FileOps disk, LogClock clock, Announcer announcer, RandomGenerator random)
      throws IOException {
    Tally tally = new Tally();
    FileOps files = new CountingFiles(disk, tally);
    files.createDirectories(options.directory());
    Closeable lock = files.lock(options.directory());
    boolean opened = false;
    try {
      Recovery.Result found = Recovery.run(files, options.directory(), options.keys());
      Log log = new Log(options, files, clock, announcer, random, tally, lock, found);
      log.settle();
      opened = true;
      return log;
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  /** Announces what the recovery missed; as long as that fails, the damaged files stay. */
  private void settle() {
    try {
      commit(List.of());
    } catch (IOException e) {
      return; // counted below us; goes with the first commit that works
    }
  }

  /** Id of the stream. */
  public StreamId stream() {
    return stream;
  }

  /** Seq of the next durable record; all below were durable. */
  public long next() {
    return next;
  }

  /** Whether the last commit worked. */
  public boolean working() {
    return working;
  }

  /** Whether the disk has no room but what the log has taken already. */
  public boolean diskFull() {
    return fullDisk.full();
  }

  /** Whether there are announcements to commit. */
  public boolean owes() {
    return !eviction.owed().isEmpty();
  }

  /**
   * The cursor of an uplink; a new one begins at the oldest record, and is not told, as {@link
   * #join} does, of what is gone from between.
   *
   * @throws IllegalArgumentException for a name that is empty or too long for a file
   */
  public Cursor cursor(String uplink) {
    return cursors.get(uplink, shelf.oldest(next));
  }

  /** Makes the cursors that are missing, at now or oldest; whether they are on disk. */
  public boolean join(Map<String, Boolean> now) {
    eviction.join(now, next);
    settle(); // first: a cursor on disk without its announcement would be silent about what it
    // lacks
    return cursors.sync(stream, eviction.floor());
  }

  /** The uplinks that have a cursor. */
  public Set<String> uplinks() {
    return cursors.uplinks();
  }

  /** How many records each cursor has left. */
  public Map<String, Long> backlog() {
    return cursors.backlog(next);
  }

  /** A reader of what the cursor has left; for one thread. */
  public LogReader reader(Cursor cursor) {
    return new LogReader(this, files, shelf, cursor, announcer);
  }

  /** Drops a cursor and its file. */
  public void forget(String uplink) throws IOException {
    cursors.forget(uplink);
    deleteAcknowledged();
  }

  /**
   * Makes entries durable, in order, with what is owed behind them; returns the seq of the first.
   * After an exception nothing of it is durable, and the same call may be tried again.
   */
  public long commit(List<Entry> entries) throws IOException {
    long size = buffer.size(entries) + eviction.owedBytes();
    boolean opens = writer == null || !writer.fits(size, options.segmentBytes());
    if (opens && (!entries.isEmpty() || owes())) {
      eviction.fitBudget(working && fullDisk.avoidsGrowth());
    }
    long first = next;
    boolean done = entries.isEmpty() && !owes();
    while (!done) {
      try {
        write(entries);
        done = true;
      } catch (DiskFullException e) {
        fullDisk.hit();
        if (spares.isEmpty()
            && !setAside.makeRoom()
            && !(fullDisk.mayGive() && eviction.makeRoom())) {
          throw e;
        } // else over a file of our own
      }
    }
    settleDebts();
    return first;
  }

  /** With what is owed behind it. */
  private void write(List<Entry> entries) throws IOException {
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(eviction.owed());
    long first = next;
    boolean durable = false;
    try {
      SegmentWriter target = writerFor(buffer.size(all));
      boolean fresh = target.fresh();
      long before = target.segment().allocated();
      target.commit(all, first, clock, announcer.kind());
      if (fresh) {
        shelf.add(target.segment());
      }
      fullDisk.worked(target.segment().allocated() > before);
      durable = true;
    } finally {
      if (!durable) {
        working = false;
        poison();
      }
    }
    tally.appended.add(all.size());
    all.forEach(entry -> tally.appendedBytes.add(entry.payload().length));
    tally.announcements.add(all.size() - entries.size());
    next = first + all.size();
    working = true;
  }

  private SegmentWriter writerFor(long bytes) throws IOException {
    SegmentWriter current = writer;
    if (current != null && (current.fresh() || current.fits(bytes, options.segmentBytes()))) {
      return current;
    }
    leaveSegment();
    long created = clock.trusted() ? Math.max(0, clock.millis()) : 0;
    Spares.Spare spare = fullDisk.triesToGrow() ? null : spares.take();
    int before = spare == null ? 0 : spare.epoch();
    SegmentHeader header =
        new SegmentHeader(
            stream,
            number++,
            next,
            created,
            SegmentHeader.epochAfter(before, random),
            before,
            options.keys().fresh(random));
    Path directory = options.directory();
    SegmentWriter made =
        spare == null
            ? SegmentWriter.create(files, directory, header, buffer)
            : SegmentWriter.reuse(files, directory, header, buffer, spare, spares);
    if (spare != null) {
      tally.reusedSegments.increment();
    }
    writer = made;
    return made;
  }

  /** The segment is full or old: it is complete as it is. */
  private void leaveSegment() {
    SegmentWriter current = writer;
    writer = null;
    try {
      if (current != null) {
        current.close();
      }
    } catch (IOException e) {
      return; // counted below us; all that counts was forced
    }
  }

  /**
   * What the kernel still holds of a failed write cannot be known: the file is never used again.
   */
  private void poison() {
    SegmentWriter failed = writer;
    writer = null;
    if (failed == null) {
      return;
    }
    tally.poisonedSegments.increment();
    failed.abandon();
    if (failed.fresh()) {
      try {
        files.delete(failed.segment().path());
      } catch (IOException e) {
        return; // counted below us; a later segment takes its seqs over
      }
    }
  }

  private void settleDebts() {
    setAside.moveAside();
    locked.moveAside();
    if (eviction.paid()) {
      cursors.sync(stream, eviction.floor());
    }
    boolean unused = shelf.release();
  }

  /**
   * The reader found nothing where these should be: announces it, once. The announcement is owed
   * afterwards.
   */
  public void missing(LogReader.Hole hole) {
    eviction.missing(hole);
  }

  /** The disk is full: gives the oldest segment but one away and owes it. Whether that helped. */
  boolean makeRoom() {
    return eviction.makeRoom();
  }

  /** Drops what is older than allowed. To be called at least once a minute. */
  public void expire() throws IOException {
    if (eviction.expire()) {
      if (writer != null && shelf.condemned(writer.segment())) {
        leaveSegment();
      }
      commit(List.of());
    }
  }

  /** Brings cursor files up to date and deletes what they allow to. Whether all of it worked. */
  public boolean syncCursors() {
    boolean all = cursors.sync(stream, eviction.floor());
    deleteAcknowledged();
    return all;
  }

  /** The newest segment stays: it carries the stream and says where it ends. */
  private void deleteAcknowledged() {
    List<Segment> kept = shelf.kept();
    for (int i = 0; i < kept.size() - 1; i++) {
      if (cursors.done(kept.get(i))) {
        shelf.doom(kept.get(i));
      }
    }
    boolean unused = shelf.release();
  }

  /** Everything missing below was announced. */
  public long floor() {
    return eviction.floor();
  }

  boolean quiet(long first, long last) {
    return eviction.quiet(first, last);
  }

  /** Records that a bound forced out before every cursor had them, by {@link Loss.Cause}. */
  public Map<String, Long> forcedOut() {
    return tally.forcedOut();
  }

  /** A snapshot. */
  public LogStats stats() {
    return LogStats.of(shelf, locked, tally, next);
  }

  /** Seals the log and gives the directory free; readers must be closed before. */
  @Override
  public void close() throws IOException {
    try {
      if (owes()) {
        commit(List.of());
      }
      // Two witnesses of where the log ended, in case one of them gets damaged.
      cursors.all().forEach(cursor -> cursor.handedOut(next));
      syncCursors();
      SegmentWriter current = writer;
      if (current != null && !current.fresh()) {
        current.seal(clock.trusted() ? Math.max(0, clock.millis()) : 0);
      }
    } finally {
      try {
        leaveSegment();
        cursors.close();
      } finally {
        lock.close();
      }
    }
  }
}
