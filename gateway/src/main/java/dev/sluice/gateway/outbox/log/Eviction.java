package dev.sluice.gateway.outbox.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What must go before everybody had it, and the duty to say so: a loss is owed from the moment it
 * is known until its announcement is durable. Writing thread only, except {@link #quiet} and {@link
 * #floor}.
 */
final class Eviction {

  private final FileOps files;
  private final LogOptions options;
  private final Announcer announcer;
  private final Shelf shelf;
  private final Cursors cursors;
  private final LockedSegments locked;
  private final Tally tally;
  private final AgeClock age;
  private final Holes holes;
  private final Announced announced;
  private final List<Entry> owed = new ArrayList<>();

  /** What is missing below was announced durably. */
  private volatile long floor;

  /** What the floor becomes when {@link #owed} is durable. */
  private long owedFloor;

  Eviction(
      FileOps files,
      LogOptions options,
      LogClock clock,
      Announcer announcer,
      Shelf shelf,
      Cursors cursors,
      LockedSegments locked,
      Tally tally) {
    this.files = files;
    this.options = options;
    this.announcer = announcer;
    this.shelf = shelf;
    this.cursors = cursors;
    this.locked = locked;
    this.tally = tally;
    this.age = new AgeClock(clock);
    this.holes = new Holes(files);
    this.announced = shelf.announced();
  }

  /** Announcements to append. */
  List<Entry> owed() {
    return owed;
  }

  long floor() {
    return floor;
  }

  /**
   * Takes over what was announced before, and announces what is missing since: a crash may have
   * come between a deletion and its announcement, or a file is gone.
   *
   * @param locked what is there and cannot be read for want of a key
   * @param lost what the recovery missed at the end, or null
   * @param next seq of the next record
   */
  void restore(long durableFloor, List<Loss> locked, @Nullable Loss lost, long next) {
    floor = durableFloor;
    for (Loss loss : locked) {
      if (loss.last() >= Math.max(floor, cursors.nextFrom(loss.first()))) {
        announce(loss, List.of());
      }
    }
    if (lost != null && lost.first() == 0) {
      announce(lost, List.of());
    } else if (lost != null) {
      announceRest(lost.first(), lost.last(), true);
    }
    long oldest = shelf.oldest(lost == null ? next : Math.max(1, lost.first()));
    long first = cursors.surelyFrom(Math.max(1, floor));
    if (first < oldest) {
      // Of what a lost cursor begins with, most was delivered.
      announceRest(first, oldest - 1, tally.lostCursors.sum() == 0);
    }
    announceDoubts(oldest);
  }

  /** To each its own, without a count: most of it, or all, was delivered. */
  private void announceDoubts(long oldest) {
    List<Loss> doubts = new ArrayList<>();
    for (Cursor cursor : cursors.doubtful()) {
      for (long[] part : announced.notIn(cursor.low(), oldest - 1)) {
        doubts.add(new Loss(cursor.uplink(), part[0], part[1], 0, 0, Loss.Cause.CORRUPT));
      }
      owedFloor = Math.max(owedFloor, oldest);
    }
    for (Loss loss : doubts) {
      announced.add(loss.first(), loss.last());
      owed.addAll(announcer.announce(loss, List.of()));
    }
  }

  /** What of a range nobody named yet. */
  private void announceRest(long first, long last, boolean counts) {
    for (long[] part : announced.notIn(first, last)) {
      long records = counts ? part[1] - part[0] + 1 : 0;
      announce(new Loss(part[0], part[1], records, 0, Loss.Cause.CORRUPT), List.of());
    }
  }

  /** Whether a second look at this damage would say nothing new. */
  boolean quiet(long first, long last) {
    return last < floor || announced.covers(Math.max(first, floor), last);
  }

  /** Nothing can be read there. */
  void missing(LogReader.Hole hole) {
    if (!quiet(hole.first(), hole.last())) {
      long records = hole.last() - hole.first() + 1;
      Loss loss = new Loss(hole.first(), hole.last(), records, hole.readings(), Loss.Cause.CORRUPT);
      announce(loss, List.of());
    }
  }

  void announce(Loss loss, List<byte[]> carried) {
    if (loss.cause() == Loss.Cause.CORRUPT) {
      tally.corruptRecords.add(loss.records());
    } else if (loss.cause() == Loss.Cause.KEY) {
      tally.lockedRecords.add(loss.records());
    }
    announced.add(loss.first(), loss.last());
    owed.addAll(announcer.announce(loss, carried));
    if (loss.cause() == Loss.Cause.CORRUPT || loss.cause() == Loss.Cause.KEY) {
      repeatWhatIsGone(loss);
    }
  }

  /**
   * Makes the cursors that are missing, as {@link Cursors#join}, and owes each of them what it does
   * not get. To say so is no damage, and means no loss to anybody else.
   */
  void join(Map<String, Boolean> now, long next) {
    long oldest = shelf.oldest(next);
    missing(oldest, next);
    cursors
        .join(now, oldest, next)
        .forEach(
            (uplink, late) -> {
              if (late) {
                oweStart(uplink, 1, next - 1);
              } else {
                oweWhatWent(uplink, oldest, next);
              }
            });
  }

  /** What of a range cannot be read and somebody still wants, as its reader would find out. */
  private void missing(long from, long to) {
    for (long[] hole : holes.between(shelf.all(), from, to)) {
      long seq = cursors.all().isEmpty() ? to : cursors.nextFrom(hole[0]);
      while (seq <= hole[1]) {
        long last = Math.min(hole[1], cursors.rangeEnd(seq) - 1);
        missing(new LogReader.Hole(seq, last, 0));
        seq = cursors.nextFrom(last + 1);
      }
    }
  }

  /**
   * What went from between before a new uplink came, because all others had it or its loss was
   * named to them: the reader comes by without a word.
   */
  private void oweWhatWent(String uplink, long oldest, long next) {
    var gone = new Announced();
    holes.between(shelf.all(), oldest, next).forEach(hole -> gone.add(hole[0], hole[1]));
    announced.in(oldest, next - 1).forEach(part -> gone.add(part[0], part[1]));
    for (long[] part : gone.in(oldest, next - 1)) {
      announced.add(part[0], part[1]);
      oweStart(uplink, part[0], part[1]);
    }
  }

  private void oweStart(String uplink, long first, long last) {
    Loss loss = new Loss(uplink, first, last, 0, 0, Loss.Cause.START);
    owed.addAll(announcer.announce(loss, List.of()));
  }

  /** Announcements may be among what cannot be read: what is gone already is named once more. */
  private void repeatWhatIsGone(Loss loss) {
    long first = cursors.nextFrom(1);
    long last = shelf.oldest(0) - 1;
    boolean gone = !cursors.all().isEmpty() && first <= last;
    if (gone && (first < loss.first() || last > loss.last())) {
      Loss again = new Loss(first, last, 0, 0, Loss.Cause.CORRUPT);
      owed.addAll(announcer.announce(again, List.of()));
    }
  }

  /** What the announcements to append take in a commit. */
  long owedBytes() {
    return owed.stream().mapToLong(entry -> Frame.BYTES + entry.payload().length).sum();
  }

  /**
   * Before a new segment: the oldest ones go until it fits the bound, and one more. That one is the
   * file of the oldest, which can be written again only when its loss is announced.
   *
   * @param full whether there is no more room than the log has taken already
   */
  void fitBudget(boolean full) {
    long taken = shelf.bytes() + locked.bytes();
    long limit = full ? Math.min(options.maxBytes(), taken) : options.maxBytes();
    Loss.Cause cause = limit < options.maxBytes() ? Loss.Cause.DISK : Loss.Cause.BYTES;
    long bytes = shelf.keptBytes() + 2L * options.segmentBytes();
    // These need no second one: they go without an announcement.
    long wanted = full ? bytes - options.segmentBytes() : bytes;
    while (wanted + locked.bytes() > limit && locked.dropOldest()) {
      // nobody can read these
    }
    List<Segment> kept = shelf.kept();
    // On a full disk the last one stays: it knows where the log ends.
    int most = full ? kept.size() - 1 : kept.size();
    for (int i = 0; i < most && bytes > limit; i++) {
      condemn(kept.get(i), cause);
      bytes -= kept.get(i).allocated();
    }
  }

  /** Condemns what is older than allowed; whether there is any. */
  boolean expire() {
    OptionalLong now = age.now();
    if (now.isEmpty()) {
      return false;
    }
    List<Segment> kept = shelf.kept();
    for (int i = 0; i < kept.size(); i++) {
      Segment oldest = kept.get(i);
      boolean done = cursors.nextFrom(oldest.first()) >= oldest.end();
      boolean keepsTheEnd = i == kept.size() - 1 && done;
      if (keepsTheEnd
          || !age.expired(kept.subList(i, kept.size()), now.getAsLong(), options.maxAge())) {
        break;
      }
      condemn(oldest, Loss.Cause.AGE);
    }
    return shelf.anyCondemned();
  }

  /** What an uplink has had already it hears nothing of. */
  private void condemn(Segment segment, Loss.Cause cause) {
    shelf.condemn(segment); // first: from here on no cursor takes back what it had of it
    Toll all = Toll.of(files, segment, cursors, announcer.kind());
    if (!all.none()) {
      tally.evicted(cause, all);
      if (cursors.all().isEmpty()) {
        announce(all.loss("", cause), all.carried());
      }
      for (Cursor cursor : cursors.all()) {
        Toll own = Toll.of(files, segment, cursor, announcer.kind());
        if (!own.none()) {
          announce(own.loss(cursor.uplink(), cause), own.carried());
        }
      }
    }
  }

  /**
   * The disk is full: gives the oldest segment away before that is announced. Its file is written
   * again in place, which takes no room that others could have taken meanwhile. A file that cannot
   * be, because it failed or is short, is deleted instead, and what lies behind it goes, too, until
   * one can be or a whole segment was freed. The last one stays, for it knows where the log ends.
   * Whether there is more room now.
   */
  boolean makeRoom() {
    if (shelf.firstCondemned() == null && locked.makeRoom()) {
      return true;
    }
    long freed = 0;
    boolean spare = false;
    while (!spare && freed <= options.segmentBytes()) {
      Segment victim = victim();
      if (victim == null) {
        break;
      }
      owedFloor = Math.max(owedFloor, victim.end());
      spare = shelf.worthKeeping(victim);
      freed += victim.allocated();
      shelf.doom(victim);
    }
    return shelf.release();
  }

  private @Nullable Segment victim() {
    Segment victim = shelf.firstCondemned();
    if (victim == null) {
      List<Segment> kept = shelf.kept();
      if (kept.size() > 1) {
        victim = kept.get(0);
        condemn(victim, Loss.Cause.DISK);
      }
    }
    return victim;
  }

  /** All that was owed is durable: what was condemned may go. Whether the floor moved. */
  boolean paid() {
    owed.clear();
    long gone = Math.max(owedFloor, shelf.doomCondemned());
    owedFloor = 0;
    if (gone <= floor) {
      return false;
    }
    floor = gone;
    cursors.all().forEach(Cursor::soil);
    return true;
  }
}
