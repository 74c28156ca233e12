package dev.sluice.driver.text;

import dev.sluice.driver.Poll;

/** Asks once and reads all wanted points from the one line that comes back. */
final class LineRead implements Poll {

  private final int[] points;
  private final String request;

  LineRead(int[] points, String request) {
    this.points = points;
    this.request = request;
  }

  @Override
  public int[] points() {
    return points;
  }

  @Override
  public long busNanos() {
    return 0;
  }

  @Override
  public String describe() {
    return "request " + request;
  }
}
