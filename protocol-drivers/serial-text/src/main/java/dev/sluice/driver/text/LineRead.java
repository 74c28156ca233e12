package dev.sluice.driver.text;

import dev.sluice.driver.Poll;

/** Asks once and reads all wanted points from what comes back. */
final class LineRead implements Poll {

  private final int[] points;
  private final String request;
  private final long busNanos;

  LineRead(int[] points, String request, long busNanos) {
    this.points = points;
    this.request = request;
    this.busNanos = busNanos;
  }

  @Override
  public int[] points() {
    return points;
  }

  @Override
  public long busNanos() {
    return busNanos;
  }

  @Override
  public String describe() {
    return "request " + request;
  }
}
