package dev.sluice.simulator.spec;

/** A plant file that is wrong in one place. The message is for people. */
public final class PlantException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final String found;
  private final String expected;

  public PlantException(String path, String found, String expected) {
    super(
        (path.isEmpty() ? "the file" : path) + ": found " + found + ", expected " + expected,
        null,
        false,
        false);
    this.path = path;
    this.found = found;
    this.expected = expected;
  }

  /** Where, for example {@code lines.hall.modbus.port}; empty for the whole file. */
  public String path() {
    return path;
  }

  public String found() {
    return found;
  }

  public String expected() {
    return expected;
  }
}
