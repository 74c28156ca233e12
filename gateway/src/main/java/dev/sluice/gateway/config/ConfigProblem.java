package dev.sluice.gateway.config;

/**
 * One thing that is wrong, told to the person who wrote the file.
 *
 * @param file as it was named
 * @param line from 1; 0 when the problem is with the file as a whole
 * @param path keys joined by {@code /}, for example {@code devices/meter-1/line}; empty for the
 *     whole
 * @param found what stands there; never the content of a secret
 * @param expected what could stand there
 * @param hint what to do about it; may be empty
 */
public record ConfigProblem(
    String file, int line, String path, String found, String expected, String hint) {

  /** {@code sluice.yaml:14: devices/meter-1/line: found "bus-b", expected …; hint}. */
  @Override
  public String toString() {
    return file
        + (line > 0 ? ":" + line : "")
        + ": "
        + (path.isEmpty() ? "" : path + ": ")
        + "found "
        + found
        + ", expected "
        + expected
        + (hint.isEmpty() ? "" : "; " + hint);
  }
}
