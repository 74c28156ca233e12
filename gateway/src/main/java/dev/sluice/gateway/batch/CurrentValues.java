package dev.sluice.gateway.batch;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.normalize.NormalizedBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What every device said last: the value of each point that was worth sending, and whether the
 * device answers. It is ahead of what is durable, never behind it. From any thread; each device is
 * written by one.
 */
public final class CurrentValues {

  private final Map<String, Slot> devices = new ConcurrentSkipListMap<>();

  /**
   * One device.
   *
   * @param id of it
   * @param up whether it answers
   * @param reason why not, in a word; empty when up
   * @param changed when it came up or went down
   * @param points in the order of the configuration
   */
  public record Device(String id, boolean up, String reason, Moment changed, List<Point> points) {}

  /**
   * One point.
   *
   * @param column name, unit and type
   * @param time acquisition of the last value or change of quality; null when there was none yet
   * @param quality of it
   * @param hasValue whether bits, scale and text mean something; also when the quality is bad and
   *     they are the last that were known
   * @param bits by the type of the point, as in {@link dev.sluice.driver.Values}
   * @param scale how many digits of a decimal are decimals
   * @param text of a string; else empty
   */
  public record Point(
      Column column,
      @Nullable Moment time,
      Quality quality,
      boolean hasValue,
      long bits,
      int scale,
      String text) {}

  /** All devices that were heard of and not removed since, by id. */
  public List<Device> devices() {
    return devices.values().stream().map(Slot::snapshot).toList();
  }

  /** One device; null when nothing was heard of it. */
  public @Nullable Device device(String id) {
    Slot slot = devices.get(id);
    return slot == null ? null : slot.snapshot();
  }

  /** The device came up or went down. */
  public void state(String device, List<Column> columns, boolean up, String reason, Moment at) {
    slot(device, columns).state(up, reason, at);
  }

  /** What is worth sending of a block. */
  public void values(String device, List<Column> columns, NormalizedBlock block, Moment at) {
    slot(device, columns).values(block, at);
  }

  /** It is not configured any more. */
  public void remove(String device) {
    devices.remove(device);
  }

  private Slot slot(String device, List<Column> columns) {
    Slot slot = devices.get(device);
    if (slot == null || !slot.columns.equals(columns)) {
      slot = new Slot(device, columns);
      devices.put(device, slot);
    }
    return slot;
  }

  private static final class Slot {

    private final String id;
    private final List<Column> columns;
    private final @Nullable Moment[] times;
    private final long[] bits;
    private final byte[] scales;
    private final byte[] qualities;
    private final boolean[] known;
    private final @Nullable String[] texts;
    private boolean up;
    private String reason = "unknown";
    private Moment changed = Moment.trusted(0);

    Slot(String id, List<Column> columns) {
      int size = columns.size();
      this.id = id;
      this.columns = columns;
      this.times = new @Nullable Moment[size];
      this.bits = new long[size];
      this.scales = new byte[size];
      this.qualities = new byte[size];
      this.known = new boolean[size];
      this.texts = new @Nullable String[size];
    }

    synchronized void state(boolean nowUp, String why, Moment at) {
      up = nowUp;
      reason = why;
      changed = at;
    }

    synchronized void values(NormalizedBlock block, Moment at) {
      for (int i = 0; i < block.size(); i++) {
        int point = block.point(i);
        times[point] = at;
        qualities[point] = (byte) block.quality(i).code();
        if (block.hasValue(i)) {
          bits[point] = block.bits(i);
          scales[point] = (byte) block.scale(i);
          texts[point] = block.text(i);
          known[point] = true;
        }
      }
    }

    synchronized Device snapshot() {
      var points = new ArrayList<Point>(columns.size());
      for (int i = 0; i < columns.size(); i++) {
        String text = texts[i];
        points.add(
            new Point(
                columns.get(i),
                times[i],
                Quality.ofCode(qualities[i]),
                known[i],
                bits[i],
                scales[i],
                text == null ? "" : text));
      }
      return new Device(id, up, reason, changed, List.copyOf(points));
    }
  }
}
