package dev.sluice.gateway.acquire;

import dev.sluice.driver.Values;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What one poll of one device yielded: raw values of several points at one moment. Immutable. */
public final class ReadingBlock implements Acquired {

  private final DeviceDefinition device;
  private final int[] points;
  private final Values values;
  private final Acquisition acquired;
  private final @Nullable BitSet readBack;

  /**
   * Takes the array as it is: it is shared by all blocks of a poll and never changed.
   *
   * @param points indices in {@link DeviceDefinition#points()}, as many as values
   */
  public ReadingBlock(DeviceDefinition device, int[] points, Values values, Acquisition acquired) {
    this(device, points, values, acquired, null);
  }

  /**
   * With values that are the first since somebody wrote to their points.
   *
   * @param readBack which of the values; null for none; never changed
   */
  public ReadingBlock(
      DeviceDefinition device,
      int[] points,
      Values values,
      Acquisition acquired,
      @Nullable BitSet readBack) {
    if (points.length != values.size()) {
      throw new IllegalStateException(
          "BUG: " + values.size() + " values for " + points.length + " points of " + device.id());
    }
    this.device = device;
    this.points = points;
    this.values = values;
    this.acquired = acquired;
    this.readBack = readBack;
  }

  @Override
  public DeviceDefinition device() {
    return device;
  }

  @Override
  public Acquisition acquired() {
    return acquired;
  }

  /** How many readings. */
  public int size() {
    return points.length;
  }

  /** The point of the i-th value, as an index in {@link DeviceDefinition#points()}. */
  public int point(int i) {
    return points[i];
  }

  public Values values() {
    return values;
  }

  /** Whether the i-th value is the first since its point was written to. */
  public boolean isReadBack(int i) {
    return readBack != null && readBack.get(i);
  }
}
