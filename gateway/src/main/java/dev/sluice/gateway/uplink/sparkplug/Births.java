package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.uplink.sparkplug.NodeDevice.Told;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes births: everything that is known of the node, or of a device, with its current values. */
final class Births {

  static final String BDSEQ = "bdSeq";
  static final String REBIRTH = "Node Control/Rebirth";

  private static final String SOFTWARE = "Properties/Software";
  private static final String VERSION = "Properties/Version";
  private static final String NOT_BUILT = "unknown";

  private final CurrentValues current;
  private final ClockOffsets offsets;
  private final Known gapFirst;
  private final Known gapLast;
  private final Known gapCount;
  private final Known gapReason;
  private @Nullable GapRecord gap;
  private long gapMillis;

  Births(CurrentValues current, ClockOffsets offsets, Aliases aliases) {
    this.current = current;
    this.offsets = offsets;
    gapFirst = new Known("Sluice/Gap/First", aliases.next(), Datatypes.INT64);
    gapLast = new Known("Sluice/Gap/Last", aliases.next(), Datatypes.INT64);
    gapCount = new Known("Sluice/Gap/Count", aliases.next(), Datatypes.INT64);
    gapReason = new Known("Sluice/Gap/Reason", aliases.next(), Datatypes.STRING);
  }

  /** As a death tells it, which may be sent long after it was written. */
  static Metric.Builder bdSeq(int number) {
    return Metric.newBuilder().setName(BDSEQ).setDatatype(Datatypes.INT64).setLongValue(number);
  }

  /** All that the node itself has to say. */
  Payload.Builder node(int bdSeq, long millis) {
    String version = Births.class.getPackage().getImplementationVersion();
    var payload = Payload.newBuilder();
    payload.addMetrics(bdSeq(bdSeq).setTimestamp(millis));
    payload.addMetrics(
        Metric.newBuilder()
            .setName(REBIRTH)
            .setTimestamp(millis)
            .setDatatype(Datatypes.BOOLEAN)
            .setBooleanValue(false));
    payload.addMetrics(text(SOFTWARE, "Sluice", millis));
    payload.addMetrics(text(VERSION, version == null ? NOT_BUILT : version, millis));
    for (Metric.Builder metric : gap(gapMillis == 0 ? millis : gapMillis)) {
      payload.addMetrics(metric);
    }
    return payload;
  }

  private static Metric.Builder text(String name, String value, long millis) {
    return Metric.newBuilder()
        .setName(name)
        .setTimestamp(millis)
        .setDatatype(Datatypes.STRING)
        .setStringValue(value);
  }

  /** What is gone, as data of the node. */
  Payload.Builder gap(GapRecord gone, long millis) {
    gap = gone;
    gapMillis = millis;
    var payload = Payload.newBuilder();
    for (Metric.Builder metric : gap(millis)) {
      if (metric.hasAlias()) {
        metric.clearName();
      }
      payload.addMetrics(metric.clearDatatype());
    }
    return payload;
  }

  private List<Metric.Builder> gap(long millis) {
    GapRecord told = gap;
    var metrics = new ArrayList<Metric.Builder>();
    for (Known known : List.of(gapFirst, gapLast, gapCount, gapReason)) {
      metrics.add(begin(known, millis));
    }
    if (told == null) {
      metrics.forEach(metric -> metric.setIsNull(true));
    } else {
      metrics.get(0).setLongValue(told.first());
      metrics.get(1).setLongValue(told.last());
      metrics.get(2).setLongValue(told.count());
      metrics.get(3).setStringValue(told.reason());
    }
    return metrics;
  }

  /** Whether the device answers, as far as is known here. */
  boolean isUp(NodeDevice device) {
    CurrentValues.Device now = current.device(device.id);
    return now != null && now.up();
  }

  /** Makes the points of the device known as they are configured now. */
  void learn(NodeDevice device) {
    CurrentValues.Device now = current.device(device.id);
    if (now != null) {
      for (CurrentValues.Point point : now.points()) {
        device.metric(point.column().name(), Datatypes.of(point.column().type()));
      }
    }
  }

  /** All metrics of a device, as they would be told now. */
  Payload.Builder device(NodeDevice device, Told as, long millis) {
    learn(device);
    var points = new HashMap<String, CurrentValues.Point>();
    CurrentValues.Device now = current.device(device.id);
    if (now != null) {
      now.points().forEach(point -> points.put(point.column().name(), point));
    }
    var payload = Payload.newBuilder();
    for (Known known : device.metrics()) {
      payload.addMetrics(metric(known, points, as, millis));
    }
    return payload;
  }

  /** This was told. */
  static void told(NodeDevice device, Payload.Builder birth, Told as, long millis) {
    int i = 0;
    for (Known known : device.metrics()) {
      Metric metric = birth.getMetrics(i++);
      known.born(metric.getIsNull() ? Long.MIN_VALUE : metric.getTimestamp());
    }
    device.born(as, millis);
  }

  private Metric.Builder metric(
      Known known, Map<String, CurrentValues.Point> points, Told as, long millis) {
    CurrentValues.Point point = points.get(known.name);
    Moment read = point == null ? null : point.time();
    // Of a clock that was ahead when it was read: what comes now would seem older than that.
    long time = read == null ? millis : Math.min(read.millis(offsets), millis);
    boolean doubtful = read != null && read.isDoubtful(offsets);
    Metric.Builder metric = begin(known, time);
    if (point == null || !value(metric, known, point)) {
      metric.setIsNull(true);
    }
    int quality = quality(point, as);
    if (quality >= 0) {
      Datatypes.doubt(metric, quality, !doubtful);
    } else if (doubtful) {
      Datatypes.doubtTime(metric);
    }
    return metric;
  }

  private static Metric.Builder begin(Known known, long millis) {
    Metric.Builder metric =
        Metric.newBuilder().setName(known.name).setTimestamp(millis).setDatatype(known.datatype());
    if (known.alias() != 0) {
      metric.setAlias(known.alias());
    }
    return metric;
  }

  /** Negative when it is good; stale also when nothing was read yet. */
  private static int quality(CurrentValues.@Nullable Point point, Told as) {
    if (as == Told.STALE || point == null || point.time() == null) {
      return Datatypes.STALE;
    }
    return point.quality() == Quality.GOOD ? -1 : Datatypes.quality(point.quality());
  }

  private static boolean value(Metric.Builder metric, Known known, CurrentValues.Point point) {
    ValueType type = point.column().type();
    if (!point.hasValue() || Datatypes.of(type) != known.datatype()) {
      return false;
    }
    if (type == ValueType.STRING) {
      metric.setStringValue(point.text());
      return true;
    }
    return Datatypes.set(metric, type, point.scale(), point.bits());
  }
}
