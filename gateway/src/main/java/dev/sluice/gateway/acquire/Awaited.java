package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Waits for points that a device sends by itself. On the line's context. */
final class Awaited implements PushHandler {

  private record Wait(Set<Integer> missing, List<Attempt> into, Promise<Void> over) {}

  private @Nullable Wait waiting;

  /** What came last and was no value. */
  private @Nullable PollException refused;

  /**
   * Waits until each point has come once, or for so long.
   *
   * @param into what came, and at last what did not
   */
  Future<Void> all(Set<Integer> points, Duration patience, Vertx vertx, List<Attempt> into) {
    var wait = new Wait(new TreeSet<>(points), into, Promise.promise());
    waiting = wait;
    refused = null;
    long timer =
        vertx.setTimer(Math.max(1, patience.toMillis()), id -> end(wait, failure(patience)));
    return wait.over.future().onComplete(end -> vertx.cancelTimer(timer));
  }

  private PollException failure(Duration patience) {
    PollException last = refused;
    return last != null
        ? last
        : new PollException(
            PollFailure.TIMEOUT,
            Quality.TIMEOUT,
            "the device sent nothing by itself within " + patience.toMillis() + " ms");
  }

  private void end(Wait wait, PollException failure) {
    waiting = null;
    List<Integer> missing = List.copyOf(wait.missing);
    wait.into.add(
        new Attempt(
            "sent by the device",
            missing,
            Values.bad(missing.size(), failure.quality()),
            null,
            failure,
            0));
    wait.over.tryComplete();
  }

  @Override
  public void pushed(int[] points, Values values, PollTiming timing) {
    Wait wait = waiting;
    List<Integer> came = Arrays.stream(points).boxed().toList();
    if (wait == null || !wait.missing.removeAll(new ArrayList<>(came))) {
      return;
    }
    wait.into.add(new Attempt("sent by the device", came, values, timing, null, 0));
    if (wait.missing.isEmpty()) {
      waiting = null;
      wait.over.tryComplete();
    }
  }

  @Override
  public void refused(PollException failure) {
    refused = failure;
  }
}
