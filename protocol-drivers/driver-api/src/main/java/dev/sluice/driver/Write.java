package dev.sluice.driver;

/**
 * One bus transaction that writes points of one device. Made by {@link Writable#planWrite},
 * immutable, handed back to {@link Writable#write}.
 */
public interface Write {

  /** The points that it writes, as indices in {@link DeviceSettings#points()}. */
  int[] points();

  /**
   * What it takes of the line when all goes well, in nanoseconds; as {@link Poll#busNanos()}. 0
   * where that is not the limit.
   */
  long busNanos();

  /** For people, for example {@code fc6 holding 100}. */
  String describe();
}
