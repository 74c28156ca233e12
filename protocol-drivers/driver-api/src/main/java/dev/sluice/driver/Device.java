package dev.sluice.driver;

import io.vertx.core.Future;
import java.util.List;

/** One addressed unit on a line. All methods on the line's context. */
public interface Device {

  /**
   * The type in which a point's values come.
   *
   * @param point index in {@link DeviceSettings#points()}
   */
  ValueType type(int point);

  /**
   * Says which polls read these points, in the order in which they should be run. Each point is
   * read by exactly one of them, or by none: points that come by themselves are left out, and those
   * that the device is known to refuse, once a failed poll has told their quality. Called with all
   * points that share an interval.
   *
   * @param points ascending indices in {@link DeviceSettings#points()}
   */
  List<Poll> plan(int[] points);

  /**
   * Runs one poll of the last plan. The host keeps within {@link Line#concurrency()}.
   *
   * <p>A late reply must never be taken for the answer to another request.
   *
   * @return the values; or fails with a {@link PollException}, at the latest when the request's
   *     timeout has passed
   */
  Future<PollResult> run(Poll poll, PollRequest request);

  /** The device is no longer wanted. Its polls in flight may still complete. Idempotent. */
  void close();
}
