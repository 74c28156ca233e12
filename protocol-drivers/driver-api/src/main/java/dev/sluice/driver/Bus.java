package dev.sluice.driver;

/** A {@link Line} on a medium of its own with a speed that limits it: a serial bus. */
public interface Bus {

  /**
   * The medium, in the same words for two lines that would share it: the path of a serial port with
   * its links resolved as far as they can be now. Opens nothing; may read the file system.
   */
  String medium();

  /** How fast it is and how it is set, for example {@code 9600 8N1}. */
  String speed();
}
