package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.driver.Found;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.gateway.acquire.LineSpec;
import dev.sluice.gateway.acquire.OpenLine;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Looks for devices: each way in which the medium could be set with each address. The first few
 * addresses are asked at every setting before the rest is, as devices are sold with a low one; and
 * where one answers, its setting is searched to the end before any other.
 */
final class Scan {

  /** How far to look. */
  enum Until {
    /** The first device. */
    FIRST,
    /** All devices at the first setting at which there is one: a bus has one setting. */
    SETTING,
    /** Everything was asked. */
    END
  }

  /** Why it ended. */
  enum End {
    DONE,
    LIMIT,
    INTERRUPTED,
    FAILED
  }

  /** A device, and how the medium was set when it answered. */
  record Hit(ScanSetting setting, Found found) {}

  /**
   * What came of it.
   *
   * @param failure why it failed; empty unless it did
   * @param asked questions of all that there were to be
   * @param noise settings at which something came that was no valid reply
   */
  record Report(
      List<Hit> hits,
      End end,
      String failure,
      long asked,
      long all,
      List<String> noise,
      Duration took) {}

  /** What to ask: it is a stretch of the addresses at one setting. */
  private record Leg(ScanSetting setting, List<Integer> addresses) {}

  private static final int FIRST_LOOK = 10;
  private static final int MOST_LOST = 3;

  /** A probe takes four transactions at most. */
  private static final int TRANSACTIONS = 4;

  private final Workbench bench;
  private final Driver driver;
  private final List<ScanSetting> settings;
  private final List<Integer> addresses;
  private final Duration timeout;
  private final Duration limit;
  private final Until until;
  private final ScanProgress progress;
  private final Deque<Leg> legs = new ArrayDeque<>();
  private final List<Hit> hits = new ArrayList<>();
  private final Set<String> noise = new LinkedHashSet<>();
  private long asked;
  private long beganNanos;
  private boolean wasOpen;
  private int lostInARow;

  /**
   * A scan of one use.
   *
   * @param settings the likeliest first
   * @param addresses ascending
   * @param timeout of one transaction, without what its bytes take on the wire
   * @param limit of the whole scan
   */
  Scan(
      Workbench bench,
      Driver driver,
      List<ScanSetting> settings,
      List<Integer> addresses,
      Duration timeout,
      Duration limit,
      Until until,
      ScanProgress progress) {
    this.bench = bench;
    this.driver = driver;
    this.settings = List.copyOf(settings);
    this.addresses = List.copyOf(addresses);
    this.timeout = timeout;
    this.limit = limit;
    this.until = until;
    this.progress = progress;
  }

  /** How many questions there are. */
  long all() {
    return (long) settings.size() * addresses.size();
  }

  /** How long it takes when nobody answers, without regard to the limit. */
  Duration longest() {
    Duration sum = Duration.ZERO;
    for (ScanSetting setting : settings) {
      sum = sum.plus(setting.timeout(timeout).multipliedBy(addresses.size()));
    }
    return sum;
  }

  /**
   * Scans; what was found is also told when it is interrupted, its time is up, or the line fails.
   *
   * @throws CommandException when the line cannot be opened at all
   */
  Report run() throws CommandException {
    beganNanos = bench.time().nanoTime();
    plan();
    End end = End.DONE;
    String failure = "";
    try {
      while (end == End.DONE && !legs.isEmpty()) {
        end = run(legs.remove());
      }
    } catch (CommandException e) {
      if (!wasOpen && !bench.isInterrupted()) {
        throw e;
      }
      end = bench.isInterrupted() ? End.INTERRUPTED : End.FAILED;
      failure = bench.isInterrupted() ? "" : String.valueOf(e.getMessage());
    } finally {
      progress.end();
    }
    return new Report(List.copyOf(hits), end, failure, asked, all(), List.copyOf(noise), took());
  }

  private void plan() {
    int first = settings.size() > 1 ? Math.min(FIRST_LOOK, addresses.size()) : addresses.size();
    for (ScanSetting setting : settings) {
      legs.add(new Leg(setting, addresses.subList(0, first)));
    }
    if (first < addresses.size()) {
      for (ScanSetting setting : settings) {
        legs.add(new Leg(setting, addresses.subList(first, addresses.size())));
      }
    }
  }

  private End run(Leg leg) throws CommandException {
    OpenLine line = opened(leg.setting);
    for (int address : leg.addresses) {
      if (bench.isInterrupted()) {
        return End.INTERRUPTED;
      }
      if (took().compareTo(limit) >= 0) {
        return End.LIMIT;
      }
      progress.at(leg.setting, address, asked, all(), hits.size(), took());
      asked++;
      if (!ask(line, leg, address)) {
        // Mostly it was given up for the silence of those before, and this one has heard nothing.
        asked--;
        line = openedAgain(line, leg.setting);
        asked++;
        if (!ask(line, leg, address)) {
          line = openedAgain(line, leg.setting);
        }
      }
      if (until == Until.FIRST && !hits.isEmpty()) {
        legs.clear();
        break;
      }
    }
    bench.close(line);
    return End.DONE;
  }

  private OpenLine opened(ScanSetting setting) throws CommandException {
    var spec = new LineSpec(driver.type(), new LineSettings("scan", setting.line()));
    OpenLine line = bench.open(spec, driver);
    bench.connect(line);
    wasOpen = true;
    return line;
  }

  private OpenLine openedAgain(OpenLine lost, ScanSetting setting) throws CommandException {
    bench.close(lost);
    return opened(setting);
  }

  /** False when the line is lost and has to be opened again. */
  private boolean ask(OpenLine line, Leg leg, int address) throws CommandException {
    Duration patience = leg.setting.timeout(timeout);
    try {
      Found found =
          bench.await(
              line.probe(address, patience),
              patience.multipliedBy(2L * TRANSACTIONS).plusSeconds(5));
      lostInARow = 0;
      hit(leg.setting, found);
      return true;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof PollException failure)) {
        throw CommandException.failed("the driver failed: " + e.getCause());
      }
      if (failure.failure() != PollFailure.LINE_DOWN) {
        lostInARow = 0;
        if (failure.failure() == PollFailure.BAD_REPLY) {
          noise.add(leg.setting.words());
        }
        return true;
      }
      if (++lostInARow >= MOST_LOST) {
        throw CommandException.failed("the line is lost again and again: " + failure.getMessage());
      }
      return false;
    }
  }

  /** The rest of the setting goes first now, and mostly alone. */
  private void hit(ScanSetting setting, Found found) {
    boolean first = hits.stream().noneMatch(hit -> hit.setting().equals(setting));
    hits.add(new Hit(setting, found));
    progress.found(setting, found);
    if (!first) {
      return;
    }
    List<Leg> same = legs.stream().filter(leg -> leg.setting.equals(setting)).toList();
    if (until == Until.SETTING) {
      legs.clear();
    } else {
      legs.removeAll(same);
    }
    same.forEach(legs::addFirst);
  }

  private Duration took() {
    return Duration.ofNanos(bench.time().nanoTime() - beganNanos);
  }
}
