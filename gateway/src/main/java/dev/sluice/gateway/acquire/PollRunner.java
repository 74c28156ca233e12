package dev.sluice.gateway.acquire;

import dev.sluice.driver.Line;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.Quality;
import dev.sluice.driver.TimeSource;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the polls of one line: what is due by {@link PollSchedule}, as many at a time as the line
 * carries, again at once when an attempt failed, and a probe now and then to a device that is down.
 * On the line's context.
 */
final class PollRunner {

  private static final Logger LOG = LoggerFactory.getLogger(PollRunner.class);

  /** How long over its timeout a driver may hold a poll before it is given up as a driver's bug. */
  private static final long GRACE_NANOS = 1_000_000_000L;

  private static final int NO_TIMER = -1;

  private final Vertx vertx;
  private final int concurrency;
  private final Outlet outlet;
  private final TimeSource time;
  private final LineCounters counters;
  private final Supplier<Backoff> backoffs;
  private final PollSchedule schedule = new PollSchedule();
  private final Set<Flight> inFlight = new HashSet<>();
  private final Probes probes;
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
      Supplier<Backoff> backoffs) {
    this.vertx = vertx;
    this.concurrency = line.concurrency();
    this.outlet = outlet;
    this.time = time;
    this.counters = counters;
    this.backoffs = backoffs;
    this.probes = new Probes(vertx, time, this::pump);
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
  }

  /** The line is connected: go. */
  void resume() {
    running = true;
    pump();
  }

  /** The line is lost: every device is down until it is back. */
  void pause() {
    running = false;
    probes.cancelAll();
  }

  void close() {
    pause();
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

  private void pump() {
    while (running && inFlight.size() < concurrency) {
      long now = time.nanoTime();
      if (probes.areOverdue(now, schedule.isEmpty())) {
        runProbe(probes.take());
        continue;
      }
      ScheduledPoll poll = schedule.take(now);
      if (poll != null) {
        if (outlet.isFull()) {
          counters.skippedNoPermit.incrementAndGet();
          schedule.done(poll);
        } else {
          run(new Flight(poll, PollClass.POLL, 0));
        }
      } else if (probes.areDue(now, schedule.isEmpty())) {
        runProbe(probes.take());
      } else {
        break;
      }
    }
    counters.skippedLate.lazySet(schedule.skipped());
    armTimer();
  }

  /** In a later turn: many polls that end at once must not nest. */
  private void pumpLater() {
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
    if (!running || inFlight.size() >= concurrency) {
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

  private void run(Flight flight) {
    inFlight.add(flight);
    DeviceLoop device = flight.poll.device;
    long timeout = device.spec.timeout().toNanos();
    flight.startNanos = time.nanoTime();
    flight.overdueNanos = flight.startNanos + timeout + GRACE_NANOS;
    try {
      device
          .device
          .run(flight.poll.poll, new PollRequest(flight.pollClass, timeout))
          .onComplete(result -> finished(flight, result));
    } catch (RuntimeException | StackOverflowError e) {
      fail(flight, driverBug(device, e));
    }
  }

  private void finished(Flight flight, AsyncResult<PollResult> result) {
    if (result.failed()) {
      fail(
          flight,
          result.cause() instanceof PollException failure
              ? failure
              : driverBug(flight.poll.device, result.cause()));
    } else if (inFlight.remove(flight)) {
      counters.answered(result.result().timing(), flight.poll.poll.busNanos());
      if (counts(flight)) {
        try {
          flight.poll.device.answered(flight.poll.poll, result.result());
        } catch (RuntimeException e) {
          inFlight.add(flight);
          fail(flight, driverBug(flight.poll.device, e));
          return;
        }
      }
      settle(flight);
    }
  }

  private void fail(Flight flight, PollException failure) {
    if (!inFlight.remove(flight)) {
      return; // given up before
    }
    counters.failed(failure.failure());
    DeviceLoop device = flight.poll.device;
    switch (failure.failure()) {
      case REJECTED, BUSY -> {
        if (counts(flight)) {
          device.refused(flight.poll.poll.points(), failure);
        }
        settle(flight);
      }
      case TIMEOUT, BAD_REPLY, UNREACHABLE -> {
        if (mayRetry(flight)) {
          counters.retried.incrementAndGet();
          run(new Flight(flight.poll, flight.pollClass, flight.attempt + 1));
          return;
        }
        long afterNanos = flight.poll.releaseNanos;
        if (flight.pollClass == PollClass.PROBE) {
          probes.wasInVain(flight.startNanos);
        }
        if (running && counts(flight)) {
          if (device.failed(flight.poll.poll, failure)) {
            suspend(device);
          } else {
            afterNanos = time.nanoTime() + holdBack(flight.poll);
          }
        }
        giveBack(flight, afterNanos);
        pumpLater();
      }
      case LINE_DOWN -> {
        giveBack(flight, flight.poll.releaseNanos);
        pumpLater();
      }
    }
  }

  /** How long a poll waits that brought nothing while its device answers others. */
  private long holdBack(ScheduledPoll poll) {
    Backoff failing = poll.failing;
    if (failing == null) {
      failing = backoffs.get();
      poll.failing = failing;
    }
    return failing.nextMillis() * 1_000_000;
  }

  /** Whether what came of it is still of interest: its poll was not taken out meanwhile. */
  private static boolean counts(Flight flight) {
    return !flight.poll.device.isRemoved()
        && (!flight.poll.dropped || flight.pollClass == PollClass.PROBE);
  }

  /** A poll goes back to the schedule when its attempt ends, also where it is dropped meanwhile. */
  private void giveBack(Flight flight, long afterNanos) {
    if (flight.pollClass == PollClass.POLL) {
      schedule.done(flight.poll, afterNanos);
    }
  }

  private boolean mayRetry(Flight flight) {
    return running
        && flight.pollClass == PollClass.POLL
        && !flight.poll.dropped
        && flight.poll.failing == null
        && flight.attempt < flight.poll.device.spec.retries();
  }

  /** The device answered something: it is alive. */
  private void settle(Flight flight) {
    flight.poll.failing = null;
    if (flight.pollClass == PollClass.PROBE && !flight.poll.device.isRemoved()) {
      revive(flight.poll.device);
    } else {
      giveBack(flight, flight.poll.releaseNanos);
      pump();
    }
  }

  /** Stops polling a device that is down and asks it again later. */
  private void suspend(DeviceLoop device) {
    device.polls().forEach(schedule::drop);
    if (!device.isRemoved() && !device.polls().isEmpty()) {
      probes.later(device);
    }
  }

  private void giveUpOverdue() {
    long now = time.nanoTime();
    for (Flight flight : new ArrayList<>(inFlight)) {
      if (now - flight.overdueNanos > 0) {
        LOG.atError()
            .addKeyValue("device", flight.poll.device.spec.id())
            .addKeyValue("poll", flight.poll.poll.describe())
            .log("driver held a poll beyond its timeout");
        counters.event("driver_overdue", 1);
        fail(
            flight,
            new PollException(PollFailure.TIMEOUT, Quality.TIMEOUT, "driver held the poll"));
      }
    }
  }

  private static PollException driverBug(DeviceLoop device, @Nullable Throwable cause) {
    LOG.atError()
        .addKeyValue("device", device.spec.id())
        .setCause(cause)
        .log("driver failed in an unexpected way");
    return new PollException(
        PollFailure.BAD_REPLY, Quality.UNKNOWN_ERROR, "driver failed: " + cause);
  }

  /** One attempt of a poll. */
  private static final class Flight {
    final ScheduledPoll poll;
    final PollClass pollClass;
    final int attempt;
    long startNanos;
    long overdueNanos;

    Flight(ScheduledPoll poll, PollClass pollClass, int attempt) {
      this.poll = poll;
      this.pollClass = pollClass;
      this.attempt = attempt;
    }
  }
}
