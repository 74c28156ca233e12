package dev.sluice.gateway.acquire;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Devices that are left alone for a while, because a late reply of theirs may still come; the line
 * is the others' meanwhile. On the line's context.
 */
final class Holds {

  private record Hold(long timer, Runnable after, Runnable givenUp) {}

  private final Vertx vertx;
  private final PollSchedule schedule;
  private final Consumer<DeviceLoop> over;
  private final Map<DeviceLoop, Hold> holds = new HashMap<>();

  /**
   * None yet.
   *
   * @param over called when a device may be asked again, its polls being back in the schedule
   */
  Holds(Vertx vertx, PollSchedule schedule, Consumer<DeviceLoop> over) {
    this.vertx = vertx;
    this.schedule = schedule;
    this.over = over;
  }

  boolean has(DeviceLoop device) {
    return holds.containsKey(device);
  }

  /**
   * Takes a device's polls out of the schedule for a while.
   *
   * @param after what is to be done then, before its polls are
   * @param givenUp what is to be done instead when the hold is cancelled
   */
  void hold(DeviceLoop device, long nanos, Runnable after, Runnable givenUp) {
    cancel(device);
    device.polls().forEach(schedule::drop);
    long timer =
        vertx.setTimer(
            Math.max(1, (nanos + 999_999) / 1_000_000),
            id -> {
              Hold ended = holds.remove(device);
              if (ended != null) {
                restore(device);
                ended.after.run();
                over.accept(device);
              }
            });
    holds.put(device, new Hold(timer, after, givenUp));
  }

  /** A missed cycle is counted when the poll is taken: its place in time stays. */
  private void restore(DeviceLoop device) {
    for (ScheduledPoll poll : device.polls()) {
      poll.dropped = false;
      if (!poll.taken) {
        schedule.add(poll);
      }
    }
  }

  /** Forgets a hold; the device's polls stay out of the schedule. */
  void cancel(DeviceLoop device) {
    Hold hold = holds.remove(device);
    if (hold != null) {
      vertx.cancelTimer(hold.timer);
      hold.givenUp.run();
    }
  }

  /** The line is lost, and late replies with it: all polls are back, nothing goes first. */
  void releaseAll() {
    List<DeviceLoop> held = new ArrayList<>(holds.keySet());
    for (DeviceLoop device : held) {
      cancel(device);
      restore(device);
    }
  }
}
