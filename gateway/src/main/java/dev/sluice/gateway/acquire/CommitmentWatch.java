package dev.sluice.gateway.acquire;

import dev.sluice.driver.Bus;
import dev.sluice.driver.Line;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether a line has the time for its polls, by what they really take, and says
 * so when that changes. Runs on the line's context; its result may be read from anywhere.
 */
final class CommitmentWatch {

  static final LineStats.Committed NOTHING = new LineStats.Committed(0, "", List.of());

  private static final Logger LOG = LoggerFactory.getLogger(CommitmentWatch.class);

  private static final long FIRST_LOOK_MILLIS = 10_000;
  private static final long LOOK_MILLIS = 60_000;

  private final Vertx vertx;
  private final String line;
  private final String speed;
  private final Supplier<Collection<DeviceLoop>> devices;
  private volatile LineStats.Committed now = NOTHING;
  private long timer;

  CommitmentWatch(Vertx vertx, String id, Line line, Supplier<Collection<DeviceLoop>> devices) {
    this.vertx = vertx;
    this.line = id;
    this.speed = line instanceof Bus bus ? bus.speed() : "";
    this.devices = devices;
    this.timer = vertx.setTimer(FIRST_LOOK_MILLIS, id1 -> lookAgain());
  }

  LineStats.Committed now() {
    return now;
  }

  private void lookAgain() {
    look();
    timer = vertx.setTimer(LOOK_MILLIS, id -> lookAgain());
  }

  /** Looks now. */
  void look() {
    var commitment = new Commitment();
    for (DeviceLoop device : devices.get()) {
      // One that is down is only probed, which is bounded apart.
      for (ScheduledPoll poll : device.isDown() ? List.<ScheduledPoll>of() : device.polls()) {
        commitment.add(device.spec.id(), Duration.ofNanos(poll.periodNanos), poll.costNanos());
      }
    }
    boolean before = !now.words().isEmpty();
    now = new LineStats.Committed(commitment.share(), commitment.words(speed), commitment.behind());
    boolean after = !now.words().isEmpty();
    if (after && !before) {
      LOG.atWarn()
          .addKeyValue("line", line)
          .addKeyValue("detail", now.words())
          .log("line over-committed");
    } else if (before && !after) {
      LOG.atInfo().addKeyValue("line", line).log("line not over-committed any more");
    }
  }

  void close() {
    vertx.cancelTimer(timer);
  }
}
