package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.Write;
import dev.sluice.driver.modbus.codec.Request;

/** Points that one request writes. Immutable. */
public final class WriteBlock implements Write {

  private final int[] points;
  private final Request request;
  private final long busNanos;

  WriteBlock(int[] points, Request request, long busNanos) {
    this.points = points;
    this.request = request;
    this.busNanos = busNanos;
  }

  public Request request() {
    return request;
  }

  /** As indices in the device's list. Not to be changed. */
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
    return request.describe();
  }
}
