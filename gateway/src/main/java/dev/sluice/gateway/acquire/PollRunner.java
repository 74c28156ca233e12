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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** A probe waits for a pause of the schedule, but not longer than this. */
  private static final long PROBE_PATIENCE_NANOS = 1_000_000_000L;

  private static final int NO_TIMER = -1;

  private final Vertx vertx;
  private final int concurrency;
  private final Outlet outlet;
  private final TimeSource time;
  private final LineCounters counters;
  private final PollSchedule schedule = new PollSchedule();
  private final Set<Flight> inFlight = new HashSet<>();
  private final ArrayDeque<Probe> probes = new ArrayDeque<>();
  private final Map<DeviceLoop, Long> probeTimers = new HashMap<>();
  private final long watchdog;
  private boolean running;
  private long timer = NO_TIMER;
  private long timerNanos;

  PollRunner(Vertx vertx, Line line, Outlet outlet, TimeSource time, LineCounters counters) {
    this.vertx = vertx;
    this.concurrency = line.concurrency();
    this.outlet = outlet;
    this.time = time;
    this.counters = counters;
    this.watchdog = vertx.setPeriodic(1000, id -> giveUpOverdue());
  }

  void add(List<ScheduledPoll> polls) {
    polls.forEach(schedule::add);
    pump();
  }

  /** Takes a device's polls out; what is in flight is ignored when it comes back. */
  void remove(DeviceLoop device) {
    device.polls().forEach(schedule::drop);
    cancelProbe(device);
  }

  /** The line is connected: go. */
  void resume() {
    running = true;
    pump();
  }

  /** The line is lost: every device is down until it is back. */
  void pause() {
    running = false;
    List.copyOf(probeTimers.keySet()).forEach(this::cancelProbe);
  }

  void close() {
    pause();
    vertx.cancelTimer(watchdog);
    vertx.cancelTimer(timer);
  }

  /** Brings the polls of a device that was down back into the schedule, in their old phase. */
  void revive(DeviceLoop device) {
    cancelProbe(device);
    long now = time.nanoTime();
    for (ScheduledPoll poll : device.polls()) {
      schedule.drop(poll);
      poll.dropped = false;
      long behind = now - poll.releaseNanos;
      if (behind > 0) {
        poll.releaseNanos += (behind + poll.periodNanos - 1) / poll.periodNanos * poll.periodNanos;
      }
      schedule.add(poll);
    }
    pump();
  }

  private void pump() {
    while (running && inFlight.size() < concurrency) {
      long now = time.nanoTime();
      Probe overdue = probes.peek();
      if (overdue != null && now - overdue.sinceNanos >= PROBE_PATIENCE_NANOS) {
        runProbe(probes.remove());
        continue;
      }
      ScheduledPoll poll = schedule.take(now);
      if (poll == null) {
        Probe probe = probes.poll();
        if (probe == null) {
          break;
        }
        runProbe(probe);
      } else if (outlet.isFull()) {
        counters.skippedNoPermit.incrementAndGet();
        schedule.done(poll);
      } else {
        run(new Flight(poll, PollClass.POLL, 0));
      }
    }
    counters.skippedLate.lazySet(schedule.skipped());
    armTimer();
  }

  private void armTimer() {
    if (!running || inFlight.size() >= concurrency) {
      return;
    }
    long now = time.nanoTime();
    long wait = schedule.nanosToNext(now);
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

  private void runProbe(Probe probe) {
    if (probe.device.isDown() && !probe.device.polls().isEmpty()) {
      counters.probes.incrementAndGet();
      run(new Flight(cheapest(probe.device), PollClass.PROBE, 0));
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
    flight.overdueNanos = time.nanoTime() + timeout + GRACE_NANOS;
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
      DeviceLoop device = flight.poll.device;
      counters.answered(result.result().timing(), flight.poll.poll.busNanos());
      if (counts(flight)) {
        device.answered(flight.poll.poll, result.result());
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
        if (!running) {
          giveBack(flight);
        } else if (counts(flight)) {
          device.failed(failure.quality(), flight.poll.poll.describe(), failure.getMessage());
          suspend(device);
        }
        pump();
      }
      case LINE_DOWN -> {
        giveBack(flight);
        pump();
      }
    }
  }

  /** Whether what came of it is still of interest: its poll was not taken out meanwhile. */
  private static boolean counts(Flight flight) {
    return !flight.poll.dropped || flight.pollClass == PollClass.PROBE;
  }

  private void giveBack(Flight flight) {
    if (flight.pollClass == PollClass.POLL) {
      schedule.done(flight.poll);
    }
  }

  private boolean mayRetry(Flight flight) {
    return running
        && flight.pollClass == PollClass.POLL
        && !flight.poll.dropped
        && flight.attempt < flight.poll.device.spec.retries();
  }

  /** The device answered something: it is alive. */
  private void settle(Flight flight) {
    if (flight.pollClass == PollClass.PROBE) {
      revive(flight.poll.device);
    } else {
      schedule.done(flight.poll);
      pump();
    }
  }

  /** Stops polling a device that is down and asks it again later. */
  private void suspend(DeviceLoop device) {
    device.polls().forEach(schedule::drop);
    if (device.polls().isEmpty() || probeTimers.containsKey(device)) {
      return;
    }
    probeTimers.put(
        device,
        vertx.setTimer(
            device.probeBackoff.nextMillis(),
            id -> {
              probeTimers.remove(device);
              probes.add(new Probe(device, time.nanoTime()));
              pump();
            }));
  }

  private void cancelProbe(DeviceLoop device) {
    Long id = probeTimers.remove(device);
    if (id != null) {
      vertx.cancelTimer(id);
    }
    probes.removeIf(probe -> probe.device == device);
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
    long overdueNanos;

    Flight(ScheduledPoll poll, PollClass pollClass, int attempt) {
      this.poll = poll;
      this.pollClass = pollClass;
      this.attempt = attempt;
    }
  }

  private record Probe(DeviceLoop device, long sinceNanos) {}
}
