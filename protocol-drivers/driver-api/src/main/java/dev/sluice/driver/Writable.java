package dev.sluice.driver;

import io.vertx.core.Future;
import java.util.List;

/**
 * A {@link Device} whose points can be written to. All on the line's context.
 *
 * <p>What may be written is the host's to decide: a driver writes what it is asked to.
 */
public interface Writable {

  /**
   * Says which transactions write these values, in the order in which they have to be run. Sends
   * nothing.
   *
   * @param points indices in {@link DeviceSettings#points()}, each at most once
   * @param values raw values in this order, each of its point's {@link Device#type}; all good
   * @throws SettingsException for points that cannot be written and values that do not fit, at the
   *     path {@code points/NAME}
   */
  List<Write> planWrite(int[] points, Values values) throws SettingsException;

  /**
   * Runs one of them. It goes before polls that wait for the medium. Nobody repeats it: after a
   * failure of kind {@link PollFailure#TIMEOUT}, {@link PollFailure#BAD_REPLY} or {@link
   * PollFailure#LINE_DOWN} it is not known whether the device did what it was told, nor after an
   * answer of quality {@link Quality#ACKNOWLEDGED}, {@link Quality#DEVICE_FAILURE} or {@link
   * Quality#GATEWAY_TARGET}.
   *
   * @return completes when the device confirmed, or when a broadcast has left; fails with a {@link
   *     PollException} as {@link Device#run} does
   */
  Future<PollTiming> write(Write write, PollRequest request);
}
