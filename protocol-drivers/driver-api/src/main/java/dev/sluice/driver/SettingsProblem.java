package dev.sluice.driver;

/**
 * One thing that is wrong with settings, told to the person who wrote them.
 *
 * @param path where, relative to the settings that were given: keys joined by {@code /}, for
 *     example {@code points/voltage_l1/at}; empty for the settings as a whole
 * @param found what stands there, quoted as written
 * @param expected what could stand there
 * @param hint what to do about it; may be empty
 */
public record SettingsProblem(String path, String found, String expected, String hint) {

  @Override
  public String toString() {
    return path
        + ": found "
        + found
        + ", expected "
        + expected
        + (hint.isEmpty() ? "" : "; " + hint);
  }
}
