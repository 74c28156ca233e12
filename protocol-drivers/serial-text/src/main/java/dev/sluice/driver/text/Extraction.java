package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;

/** Finds the values of a device's points in its frames. Immutable. */
interface Extraction {

  ValueType type(int point);

  /**
   * Which of some points a frame holds, ascending.
   *
   * @param all of the device; not to be changed
   * @return none for a frame that is in order but says nothing of interest
   */
  default int[] held(Frame.Whole frame, int[] all) {
    return all;
  }

  /**
   * The values of some points in a frame, in the order of the points.
   *
   * @throws PollException if the frame is not one that holds them
   */
  Values read(Frame.Whole frame, int[] points) throws PollException;

  /** The refusal of a frame whose form is another one. */
  static PollException refusal(String found, String expected) {
    return new PollException(
        PollFailure.BAD_REPLY,
        Quality.BAD_REPLY,
        "found " + Escapes.quote(found) + ", expected " + expected);
  }
}
