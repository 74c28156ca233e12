package dev.sluice.driver;

/** Takes what a {@link Subscribing} device sent. Called on the line's context. */
public interface PushHandler {

  /**
   * A message of the device.
   *
   * @param points indices in {@link DeviceSettings#points()}; not to be changed by either side
   * @param values in this order
   * @param timing {@code requestEndNanos} is that of the first byte, as there was no request
   */
  void pushed(int[] points, Values values, PollTiming timing);

  /**
   * Something came that is no valid message.
   *
   * @param failure names what was found and expected
   */
  void refused(PollException failure);
}
