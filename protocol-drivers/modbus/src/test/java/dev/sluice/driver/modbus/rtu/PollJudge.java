package dev.sluice.driver.modbus.rtu;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollResult;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;

/** Polls with as many under way as the line takes; each fails or has the values asked for. */
final class PollJudge {

  private record Asked(int number, int unit, int address, Future<AsyncResult<PollResult>> ended) {}

  private final SerialRig rig;
  private final long timeoutMillis;
  private final long promisedNanos;
  private final IntConsumer told;
  private final Deque<Asked> underWay = new ArrayDeque<>();
  private int asked;
  private int right;

  /**
   * For a slave that sends nothing later.
   *
   * @param promisedNanos how long after a request its reply may come; what is seen later than that
   *     is not judged
   */
  PollJudge(SerialRig rig, long timeoutMillis, long promisedNanos) {
    this(rig, timeoutMillis, promisedNanos, address -> {});
  }

  /**
   * With somebody who is told, before anybody else, that a poll has ended.
   *
   * @param told gets the address that was asked for
   */
  PollJudge(SerialRig rig, long timeoutMillis, long promisedNanos, IntConsumer told) {
    this.rig = rig;
    this.timeoutMillis = timeoutMillis;
    this.promisedNanos = promisedNanos;
    this.told = told;
  }

  /** Asks, and judges the oldest one when there are too many. */
  void ask(int unit, int address, int count) {
    Future<AsyncResult<PollResult>> ended =
        rig.start(rig.registers(unit, address, count), timeoutMillis)
            .transform(
                end -> {
                  told.accept(address);
                  return Future.succeededFuture(end);
                });
    underWay.add(new Asked(asked++, unit, address, ended));
    if (underWay.size() == rig.link.concurrency()) {
      judge(underWay.remove());
    }
  }

  /** Judges what is left. */
  void end() {
    while (!underWay.isEmpty()) {
      judge(underWay.remove());
    }
  }

  private void judge(Asked poll) {
    AsyncResult<PollResult> ended = await(poll.ended);
    if (ended.succeeded()) {
      boolean isRight = SerialRig.isRight(ended.result(), poll.unit, poll.address);
      assertThat(isRight || rig.slave.wereSeenLate(ended.result(), promisedNanos))
          .as("poll %d", poll.number)
          .isTrue();
      right += isRight ? 1 : 0;
    }
  }

  int right() {
    return right;
  }

  /** How many failed. */
  int lost() {
    return asked - underWay.size() - right;
  }
}
