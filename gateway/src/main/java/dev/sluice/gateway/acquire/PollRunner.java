package dev.sluice.gateway.acquire;

import dev.sluice.driver.Line;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.Quality;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.Write;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the polls of one line: what is due by {@link PollSchedule}, as many at a time as the line
 * carries, again at once when an attempt failed, and a probe now and then to a device that is down.
 * On the line's context.
 */
final class PollRunner {

  private static final Logger LOG = LoggerFactory.getLogger(PollRunner.class);

  private static final int NO_TIMER = -1;

  private final Vertx vertx;
  private final int concurrency;
  private final Outlet outlet;
  private final TimeSource time;
  private final LineCounters counters;
  private final PollSchedule schedule = new PollSchedule();
  private final Flights flights;
  private final Probes probes;
  private final Writes writes;
  private final Holds holds;
  private final PollOutcomes outcomes;

  /** Retries of devices that were left alone for a while. */
  private final ArrayDeque<Flight> urgent = new ArrayDeque<>();

  private final long watchdog;
  private boolean running;
  private boolean pumpQueued;
  private long timer = NO_TIMER;
  private long timerNanos;

  /**
   * Runs nothing before {@link #resume()}.
   *
   * @param backoffs for polls that fail while their device answers others
   */
  PollRunner(
      Vertx vertx,
      Line line,
      Outlet outlet,
      TimeSource time,
      LineCounters counters,
      AcquireOptions options,
      Supplier<Backoff> backoffs) {
    this.vertx = vertx;
    this.concurrency = line.concurrency();
    this.outlet = outlet;
    this.time = time;
    this.counters = counters;
    this.flights = new Flights(concurrency, time);
    this.probes = new Probes(vertx, time, this::pump);
    this.writes = new Writes(options.writes(), counters, this::pump, this::readAgain);
    this.holds = new Holds(vertx, schedule, device -> pump());
    this.outcomes =
        new PollOutcomes(
            this, concurrency, time, counters, schedule, flights, probes, holds, backoffs);
    this.watchdog = vertx.setPeriodic(1000, id -> giveUpOverdue());
  }

  void add(List<ScheduledPoll> polls) {
    polls.forEach(schedule::add);
    pump();
  }

  /** Takes a device's polls out; what is in flight is ignored when it comes back. */
  void remove(DeviceLoop device) {
    device.polls().forEach(schedule::drop);
    probes.cancel(device);
    holds.cancel(device);
  }

  /** Plans a device's polls again, in the phase that they have; one that is down stays down. */
  void replan(DeviceLoop device) {
    boolean down = device.isDown();
    List<ScheduledPoll> before = device.polls();
    List<ScheduledPoll> planned;
    try {
      planned = device.plan(0);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      PollOutcomes.driverBug(device, e); // logged; the polls of before go on
      return;
    }
    before.forEach(schedule::drop);
    probes.cancel(device);
    holds.cancel(device);
    add(planned);
    if (down) {
      planned.forEach(schedule::drop);
      probes.later(device);
    }
  }

  /** Writes to a device; see {@link Writes}. */
  Future<Void> write(DeviceLoop device, List<Write> transactions, Supplier<String> objection) {
    return writes.add(device, transactions, objection);
  }

  /** Something was written there, or perhaps: what there is now is to be known at once. */
  private void readAgain(DeviceLoop device, int[] points) {
    long now = time.nanoTime();
    device.written(points, now);
    for (ScheduledPoll poll : device.polls()) {
      if (reads(poll, points)) {
        schedule.hasten(poll, now);
      }
    }
  }

  private static boolean reads(ScheduledPoll poll, int[] points) {
    for (int point : poll.poll.points()) {
      for (int wanted : points) {
        if (point == wanted) {
          return true;
        }
      }
    }
    return false;
  }

  /** A retry whose time has come. */
  void goesFirst(Flight retry) {
    urgent.add(retry);
  }

  boolean isRunning() {
    return running;
  }

  /** The line is connected: go. */
  void resume() {
    running = true;
    pump();
  }

  /** The line is lost: every device is down until it is back. */
  void pause(String reason) {
    running = false;
    probes.cancelAll();
    holds.releaseAll();
    writes.fail(reason);
  }

  void close() {
    pause("the line was closed");
    vertx.cancelTimer(watchdog);
    vertx.cancelTimer(timer);
  }

  /** Brings the polls of a device that was down back into the schedule, in their old phase. */
  void revive(DeviceLoop device) {
    probes.cancel(device);
    long now = time.nanoTime();
    for (ScheduledPoll poll : device.polls()) {
      schedule.drop(poll);
      poll.dropped = false;
      long behind = now - poll.releaseNanos;
      if (behind > 0) {
        poll.releaseNanos += (behind + poll.periodNanos - 1) / poll.periodNanos * poll.periodNanos;
      }
      if (!poll.taken) {
        schedule.add(poll); // else its attempt under way gives it back
      }
    }
    pump();
  }

  /** Asks a device that is down as soon as the line has time, whatever its back-off says. */
  void probeNow(DeviceLoop device) {
    probes.now(device);
    pump();
  }

  /** Runs what is due, as far as the line has room. */
  void pump() {
    while (running) {
      long now = time.nanoTime();
      boolean pollIsDue = !urgent.isEmpty() || schedule.nanosToNext(now) <= 0;
      if (writes.isDue(pollIsDue) && (hasRoom() || concurrency > 1)) {
        // On a line that queues by class it goes beyond the places of the polls: at once.
        writes.run();
        continue;
      }
      if (!hasRoom() || !runNext(now)) {
        break;
      }
    }
    counters.skippedLate.lazySet(schedule.skipped());
    armTimer();
  }

  private boolean hasRoom() {
    int taken = flights.size() + (concurrency == 1 && writes.isRunning() ? 1 : 0);
    return taken < concurrency;
  }

  /** Runs what goes next; false if nothing is due. */
  private boolean runNext(long now) {
    Flight first = urgent.poll();
    if (first != null) {
      runAfterHold(first);
      return true;
    }
    if (probes.areOverdue(now, schedule.isEmpty())) {
      runProbe(probes.take());
      return true;
    }
    ScheduledPoll poll = schedule.take(now);
    if (poll != null) {
      if (outlet.isFull()) {
        counters.skippedNoPermit.incrementAndGet();
        schedule.done(poll);
      } else {
        if (!poll.beside) {
          counters.started(now - poll.releaseNanos, poll.periodNanos);
        }
        run(new Flight(poll, PollClass.POLL, 0));
      }
      return true;
    }
    if (probes.areDue(now, schedule.isEmpty())) {
      runProbe(probes.take());
      return true;
    }
    return false;
  }

  /** A retry that waited; its poll may have been taken out meanwhile. */
  private void runAfterHold(Flight retry) {
    if (retry.counts()) {
      run(retry);
    } else {
      outcomes.giveBack(retry, retry.poll.releaseNanos);
    }
  }

  /** In a later turn: many polls that end at once must not nest. */
  void pumpLater() {
    if (!pumpQueued) {
      pumpQueued = true;
      vertx.runOnContext(
          nothing -> {
            pumpQueued = false;
            pump();
          });
    }
  }

  private void armTimer() {
    if (!running || !hasRoom()) {
      return;
    }
    long now = time.nanoTime();
    long wait = Math.min(schedule.nanosToNext(now), probes.nanosToNext(now));
    if (wait == Long.MAX_VALUE || (timer != NO_TIMER && timerNanos - (now + wait) <= 0)) {
      return;
    }
    vertx.cancelTimer(timer);
    timerNanos = now + wait;
    timer =
        vertx.setTimer(
            Math.max(1, (wait + 999_999) / 1_000_000),
            id -> {
              timer = NO_TIMER;
              pump();
            });
  }

  private void runProbe(DeviceLoop device) {
    if (device.isDown() && !device.isRemoved() && !device.polls().isEmpty()) {
      counters.probes.incrementAndGet();
      run(new Flight(cheapest(device), PollClass.PROBE, 0));
    }
  }

  private static ScheduledPoll cheapest(DeviceLoop device) {
    ScheduledPoll cheapest = device.polls().get(0);
    for (ScheduledPoll poll : device.polls()) {
      if (poll.poll.busNanos() < cheapest.poll.busNanos()) {
        cheapest = poll;
      }
    }
    return cheapest;
  }

  /** Runs an attempt now. */
  void run(Flight flight) {
    DeviceLoop device = flight.poll.device;
    long timeout = device.spec.timeout().toNanos();
    flights.begin(flight);
    writes.pollRan();
    try {
      device
          .device
          .run(flight.poll.poll, new PollRequest(flight.pollClass, timeout))
          .onComplete(result -> outcomes.ended(flight, result));
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      outcomes.failed(flight, PollOutcomes.driverBug(device, e));
    }
  }

  private void giveUpOverdue() {
    for (Flight flight : flights.overdue()) {
      LOG.atError()
          .addKeyValue("device", flight.poll.device.spec.id())
          .addKeyValue("poll", flight.poll.poll.describe())
          .log("driver held a poll beyond its timeout");
      counters.event("driver_overdue", 1);
      outcomes.failed(
          flight, new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, "driver held the poll"));
    }
  }
}
