package dev.sluice.driver;

/**
 * One bus transaction that reads several points of one device. Made by {@link Device#plan},
 * immutable, handed back to {@link Device#run}.
 */
public interface Poll {

  /**
   * The points that it reads, as indices in {@link DeviceSettings#points()}; the values of its
   * result stand in this order. Not to be changed.
   */
  int[] points();

  /**
   * What it takes of the line when all goes well, in nanoseconds: the bytes of request and reply
   * and the pauses that the medium demands. 0 where that is not the limit (TCP).
   */
  long busNanos();

  /**
   * How much of that a timeout has to leave room for: all but the pauses around request and reply
   * that the device asks for beyond what the medium demands.
   */
  default long replyNanos() {
    return busNanos();
  }

  /** For people, for example {@code fc3 100..131}. */
  String describe();
}
