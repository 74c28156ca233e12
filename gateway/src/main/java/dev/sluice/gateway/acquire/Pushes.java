package dev.sluice.gateway.acquire;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Values;

/** Takes what a device sends by itself. On the line's context. */
final class Pushes implements PushHandler {

  private final DeviceLoop device;
  private final SilenceWatch silence;
  private final LineCounters counters;
  private final Outlet outlet;

  Pushes(DeviceLoop device, SilenceWatch silence, LineCounters counters, Outlet outlet) {
    this.device = device;
    this.silence = silence;
    this.counters = counters;
    this.outlet = outlet;
  }

  @Override
  public void pushed(int[] points, Values values, PollTiming timing) {
    if (device.isRemoved()) {
      return;
    }
    silence.heard(device);
    counters.answered(timing, 0);
    if (outlet.isFull()) {
      counters.skippedNoPermit.incrementAndGet();
    } else {
      device.answered(points, values, timing);
    }
  }

  @Override
  public void refused(PollException failure) {
    counters.failed(failure.failure());
  }
}
