package dev.sluice.gateway.batch;

import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.DeviceState;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.ReadingBlock;
import java.util.ArrayList;
import java.util.function.Consumer;

/** Makes devices and what they yield. */
final class Plant {

  static final long T = 1_700_000_000_000L;

  private Plant() {}

  /** Points {@code p0}, {@code p1} and so on, of one type, without rules. */
  static DeviceDefinition device(String id, ValueType type, int points) {
    var definitions = new ArrayList<PointDefinition>();
    for (int i = 0; i < points; i++) {
      definitions.add(new PointDefinition("p" + i, "", type, PointRules.NONE));
    }
    return new DeviceDefinition(id, definitions);
  }

  static Acquisition at(long millis) {
    return new Acquisition(T + millis, true, millis * 1_000_000);
  }

  static Acquisition untrusted(long millis) {
    return new Acquisition(millis, false, (50_000 + millis) * 1_000_000);
  }

  /** All points of the device. */
  static ReadingBlock block(
      DeviceDefinition device, Acquisition acquired, Consumer<Values.Builder> fill) {
    int size = device.points().size();
    var points = new int[size];
    for (int i = 0; i < size; i++) {
      points[i] = i;
    }
    var values = new Values.Builder(size);
    fill.accept(values);
    return new ReadingBlock(device, points, values.build(), acquired);
  }

  /** All points of the device, with the same whole number. */
  static ReadingBlock block(DeviceDefinition device, long millis, long value) {
    return block(
        device,
        at(millis),
        values -> {
          for (int i = 0; i < device.points().size(); i++) {
            values.integer(i, value);
          }
        });
  }

  static DeviceState state(DeviceDefinition device, long millis, boolean up) {
    return new DeviceState(device, up, up ? "" : "timeout", at(millis));
  }
}
