package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.Quality;
import dev.sluice.driver.TimeSource;
import io.vertx.core.AsyncResult;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of an attempt: values go on, a failed one is repeated, held back or ends in a device
 * that is only probed. On the line's context.
 */
final class PollOutcomes {

  private static final Logger LOG = LoggerFactory.getLogger(PollOutcomes.class);

  private final PollRunner runner;
  private final int concurrency;
  private final TimeSource time;
  private final LineCounters counters;
  private final PollSchedule schedule;
  private final Flights flights;
  private final Probes probes;
  private final Holds holds;
  private final Supplier<Backoff> backoffs;

  PollOutcomes(
      PollRunner runner,
      int concurrency,
      TimeSource time,
      LineCounters counters,
      PollSchedule schedule,
      Flights flights,
      Probes probes,
      Holds holds,
      Supplier<Backoff> backoffs) {
    this.runner = runner;
    this.concurrency = concurrency;
    this.time = time;
    this.counters = counters;
    this.schedule = schedule;
    this.flights = flights;
    this.probes = probes;
    this.holds = holds;
    this.backoffs = backoffs;
  }

  void ended(Flight flight, AsyncResult<PollResult> result) {
    if (result.failed()) {
      failed(
          flight,
          result.cause() instanceof PollException failure
              ? failure
              : driverBug(flight.poll.device, result.cause()));
    } else if (flights.end(flight)) {
      counters.answered(result.result().timing(), flight.poll.poll.busNanos());
      flight.poll.measured(spent(flight, true, result.result().timing().busNanos()));
      if (flight.counts()) {
        try {
          flight.poll.device.answered(flight.poll.poll, result.result());
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
          flights.begin(flight);
          failed(flight, driverBug(flight.poll.device, e));
          return;
        }
      }
      settle(flight);
    }
  }

  void failed(Flight flight, PollException failure) {
    if (!flights.end(flight)) {
      return; // given up before
    }
    counters.failed(failure.failure());
    DeviceLoop device = flight.poll.device;
    device.count(failure.quality());
    switch (failure.failure()) {
      case REJECTED, BUSY -> {
        spent(flight, true, failure.busNanos());
        if (flight.counts()) {
          device.refused(flight.poll.poll.points(), failure);
        }
        settle(flight);
      }
      case TIMEOUT, BAD_REPLY, UNREACHABLE -> {
        long nanos = spent(flight, false, failure.busNanos());
        if (mayRetry(flight)) {
          retry(flight.again(), failure);
          return;
        }
        long afterNanos = flight.poll.releaseNanos;
        if (flight.pollClass == PollClass.PROBE) {
          probes.wasInVain(nanos);
        }
        if (runner.isRunning() && flight.counts()) {
          if (device.failed(flight.poll.poll, failure)) {
            suspend(device);
          } else {
            afterNanos = time.nanoTime() + holdBack(flight.poll);
            if (failure.quietNanos() > 0) {
              holds.hold(device, failure.quietNanos(), () -> {}, () -> {});
            }
          }
        }
        giveBack(flight, afterNanos);
        runner.pumpLater();
      }
      case LINE_DOWN -> {
        giveBack(flight, flight.poll.releaseNanos);
        runner.pumpLater();
      }
    }
  }

  /** At once, or when no late reply of the device can come any more; meanwhile others go. */
  private void retry(Flight next, PollException failure) {
    counters.retried.incrementAndGet();
    if (failure.quietNanos() > 0) {
      holds.hold(
          next.poll.device,
          failure.quietNanos(),
          () -> runner.goesFirst(next),
          () -> giveBack(next, next.poll.releaseNanos));
      runner.pumpLater();
    } else {
      runner.run(next);
    }
  }

  /** Accounts for what an attempt took of the line; how much that was. */
  private long spent(Flight flight, boolean answered, long busNanos) {
    long nanos =
        busNanos > 0
            ? busNanos
            : concurrency == 1 ? Math.max(0, time.nanoTime() - flight.startNanos) : 0;
    counters.spent(flight.cause(answered), nanos);
    return nanos;
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

  /** A poll goes back to the schedule when its attempt ends, also where it is dropped meanwhile. */
  void giveBack(Flight flight, long afterNanos) {
    if (flight.pollClass == PollClass.POLL) {
      schedule.done(flight.poll, afterNanos);
    }
  }

  private boolean mayRetry(Flight flight) {
    return runner.isRunning()
        && flight.pollClass == PollClass.POLL
        && !flight.poll.dropped
        && flight.poll.failing == null
        && flight.poll.device.mayBeRetried()
        && flight.attempt < flight.poll.device.spec.retries();
  }

  /** The device answered something: it is alive. */
  private void settle(Flight flight) {
    flight.poll.failing = null;
    if (flight.pollClass == PollClass.PROBE && !flight.poll.device.isRemoved()) {
      runner.revive(flight.poll.device);
    } else {
      giveBack(flight, flight.poll.releaseNanos);
      runner.pump();
    }
  }

  /** Stops polling a device that is down and asks it again later. */
  private void suspend(DeviceLoop device) {
    holds.cancel(device);
    device.polls().forEach(schedule::drop);
    if (!device.isRemoved() && !device.polls().isEmpty()) {
      probes.later(device);
    }
  }

  static PollException driverBug(DeviceLoop device, @Nullable Throwable cause) {
    LOG.atError()
        .addKeyValue("device", device.spec.id())
        .setCause(cause)
        .log("driver failed in an unexpected way");
    return new PollException(
        PollFailure.BAD_REPLY, Quality.UNKNOWN_ERROR, "driver failed: " + cause);
  }
}
