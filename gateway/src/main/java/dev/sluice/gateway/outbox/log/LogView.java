package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the directory of a log and changes nothing in it, whether somebody writes to it or
 * not. While nobody does, the view keeps others out until it is closed. Blocks; one thread at a
 * time.
 */
public final class LogView implements Closeable {

  private static final int LOOKS = 5;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final FileOps files;
  private final Path directory;
  private final Keys keys;
  private final @Nullable Closeable lock;
  private final String holder;

  private LogView(
      FileOps files, Path directory, Keys keys, @Nullable Closeable lock, String holder) {
    this.files = files;
    this.directory = directory;
    this.keys = keys;
    this.lock = lock;
    this.holder = holder;
  }

  /**
   * Opens a directory.
   *
   * @param keys to read with what is encrypted
   * @throws NoLogException when there is nothing of a log in it
   * @throws NewerFormatException when a newer version wrote it
   * @throws IOException when it cannot be read
   */
  public static LogView open(Path directory, FileOps files, Keys keys) throws IOException {
    needLog(directory, files);
    Closeable lock = null;
    String holder = "";
    try {
      lock = files.lock(directory);
    } catch (DirectoryLockedException e) {
      holder = e.holder();
    } catch (IOException e) {
      holder = "unknown: " + e; // who may not write can look all the same
    }
    return opened(new LogView(files, directory, keys, lock, holder));
  }

  /**
   * The same, and nobody else may have it.
   *
   * @throws DirectoryLockedException when somebody has
   */
  public static LogView openAlone(Path directory, FileOps files, Keys keys) throws IOException {
    needLog(directory, files);
    return opened(new LogView(files, directory, keys, files.lock(directory), ""));
  }

  private static void needLog(Path directory, FileOps files) throws IOException {
    List<FileOps.Listed> found = files.list(directory);
    if (found.stream().noneMatch(file -> Inventory.isOurs(name(file)))) {
      throw new NoLogException(directory, found.size());
    }
  }

  private static String name(FileOps.Listed file) {
    return file.path().getFileName().toString();
  }

  private static LogView opened(LogView view) throws IOException {
    boolean readable = false;
    try {
      Inventory unused = Inventory.of(view.files, view.directory);
      readable = true;
      return view;
    } finally {
      if (!readable) {
        view.close();
      }
    }
  }

  /** Who writes to it: {@code process 4711}; begins with {@code unknown} when nobody can tell. */
  public String holder() {
    return holder;
  }

  /** Whether somebody may be writing to it. */
  public boolean isLive() {
    return lock == null;
  }

  /** What there is. */
  public Survey survey() throws IOException {
    return new Surveyor(files, directory, snapshot()).survey(keys);
  }

  Keys keys() {
    return keys;
  }

  Snapshot snapshot() throws IOException {
    return Snapshot.of(files, directory, keys, isLive());
  }

  /** Walks over the records from one seq to another, both included. */
  public void walk(long from, long to, LogVisitor visitor) throws IOException {
    walk(snapshot(), from, to, visitor);
  }

  /**
   * Reads everything and tells all that is damaged, also what costs nothing. What ends where the
   * log goes on is no damage while somebody writes to it.
   */
  public void check(LogVisitor visitor) throws IOException {
    Snapshot snapshot = snapshot();
    var check = new FileCheck(files, snapshot);
    for (Damage damage : check.beforeRecords(isLive())) {
      visitor.damage(damage);
    }
    walk(snapshot, 1, Long.MAX_VALUE, visitor);
    if (!isLive()) {
      for (Damage damage : check.afterRecords()) {
        visitor.damage(damage);
      }
    }
  }

  private void walk(Snapshot snapshot, long from, long to, LogVisitor visitor) throws IOException {
    long all = snapshot.segments().stream().mapToLong(Segment::bytes).sum();
    long before = 0;
    for (Segment segment : snapshot.chain()) {
      boolean asked = segment.end() > from && segment.first() <= to;
      if (!segment.hasKey()) {
        if (asked) {
          visitor.damage(Damage.locked(segment));
        }
        continue;
      }
      if (asked) {
        long start = before;
        boolean[] ended = {false};
        long[] told = {from - 1};
        SegmentWalk.Found found =
            (record, wallMillis, place) -> {
              visitor.progress(start + place, all);
              if (record.seq() <= told[0]) {
                return true; // told when this was looked at before
              }
              told[0] = record.seq();
              ended[0] = !visitor.record(record, wallMillis);
              return !ended[0];
            };
        for (Damage damage : damageOf(segment, from, to, found)) {
          visitor.damage(damage);
        }
        if (ended[0]) {
          return;
        }
      }
      before += segment.bytes();
      visitor.progress(before, all);
    }
  }

  /** While somebody writes, only what is still there after a while is damage. */
  private List<Damage> damageOf(Segment segment, long from, long to, SegmentWalk.Found found)
      throws IOException {
    var walk = new SegmentWalk(files);
    List<Damage> damage = walk.over(segment, from, to, found);
    for (int look = 1; isLive() && !damage.isEmpty() && look < LOOKS; look++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      damage = walk.over(segment, from, to, found);
    }
    return damage;
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
