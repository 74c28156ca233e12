package dev.sluice.gateway.uplink.sparkplug;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload.Metric;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Makes DDATA of a data record: for each device as few messages as the limit allows, their metrics
 * in the order of time. A clock that was set back begins a new message.
 */
final class DataMessages implements BatchVisitor {

  /** A message and what it needs. */
  record Message(String device, Payload payload, Draft.Data draft) {}

  /** Field, length, timestamp and seq, at most. */
  private static final int FRAME = 24;

  private static final int METRICS_FIELD = Payload.METRICS_FIELD_NUMBER;

  private final Function<String, NodeDevice> devices;
  private final Topics topics;
  private final ClockOffsets offsets;
  private final int maxMessageBytes;

  private final List<Message> messages = new ArrayList<>();
  private Lane lane = Lane.LIVE;
  private long now;
  private long oldest;
  private int losses;
  private boolean trusted;
  private boolean doubtful;
  private String boot = "";
  private long monotonic;

  private NodeDevice device;
  private List<Column> columns = List.of();
  private int room;
  private Payload.Builder payload = Payload.newBuilder();
  private List<Known.Need> needs = new ArrayList<>();
  private int size;

  /** Whether a type is in it that the next birth would not declare by itself. */
  private boolean mixed;

  private long lastTime;
  private long time;

  DataMessages(
      Function<String, NodeDevice> devices,
      Topics topics,
      ClockOffsets offsets,
      int maxMessageBytes) {
    this.devices = devices;
    this.topics = topics;
    this.offsets = offsets;
    this.maxMessageBytes = maxMessageBytes;
    this.device = new NodeDevice("", new Aliases(false));
  }

  /** Forgets the former record. */
  void start(Lane of, long nowMillis) {
    messages.clear();
    lane = of;
    now = nowMillis;
    oldest = Long.MAX_VALUE;
    losses = 0;
    clear();
  }

  List<Message> messages() {
    return messages;
  }

  /** Time of the oldest row; 0 when there is none, or none that could be believed. */
  long oldest() {
    return oldest == Long.MAX_VALUE || doubtful ? 0 : oldest;
  }

  /** Values that fit no message. */
  int losses() {
    return losses;
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    trusted = clockTrusted;
    doubtful = false;
    boot = bootId;
  }

  @Override
  public void device(String id, List<Column> ofRecord) {
    flush();
    device = devices.apply(id);
    columns = ofRecord;
    lastTime = Long.MIN_VALUE;
    int topic = topics.data(id).getBytes(StandardCharsets.UTF_8).length;
    room = maxMessageBytes - Publication.OVERHEAD - topic - FRAME;
  }

  @Override
  public void monotonic(long millis) {
    monotonic = millis;
  }

  @Override
  public void row(long timeMillis) {
    OptionalLong offset = trusted ? OptionalLong.empty() : offsets.of(boot, monotonic);
    doubtful = !trusted && offset.isEmpty();
    time = offset.isPresent() ? monotonic + offset.getAsLong() : timeMillis;
    oldest = Math.min(oldest, time);
    if (time < lastTime) {
      flush();
    }
    lastTime = time;
  }

  @Override
  public void number(int column, long bits) {
    add(column, bits, "", Quality.GOOD, true);
  }

  @Override
  public void text(int column, String value) {
    add(column, 0, value, Quality.GOOD, true);
  }

  @Override
  public void bad(int column, Quality quality) {
    add(column, 0, "", quality, false);
  }

  @Override
  public void suspect(int column, long bits, Quality quality) {
    add(column, bits, "", quality, true);
  }

  @Override
  public void end() {
    flush();
  }

  private void add(int index, long bits, String text, Quality quality, boolean valued) {
    Column column = columns.get(index);
    int datatype = Datatypes.of(column.type());
    Known known = device.metric(column.name(), datatype);
    Metric.Builder metric = begin(known);
    boolean told = valued;
    if (valued && column.type() == ValueType.STRING) {
      metric.setStringValue(text);
    } else if (valued) {
      told = Datatypes.set(metric, column.type(), column.scale(), bits);
    }
    doubt(metric, told, quality);
    put(known.need(datatype), metric);
  }

  private Metric.Builder begin(Known known) {
    Metric.Builder metric = Metric.newBuilder().setTimestamp(time);
    if (known.alias() == 0) {
      metric.setName(known.name);
    } else {
      metric.setAlias(known.alias());
    }
    if (lane == Lane.HISTORY || isOlderThanBirth(device, known, time, now)) {
      metric.setIsHistorical(true);
    }
    return metric;
  }

  /**
   * Whether the birth told this value or a newer one. Not when the clock was set back since: then
   * what is older by its time is newer.
   */
  static boolean isOlderThanBirth(NodeDevice device, Known known, long time, long now) {
    return device.isBorn() && time <= known.bornMillis() && now >= device.bornAt();
  }

  /** Rendered before the last birth, which may have told the same or newer, by other numbers. */
  static byte[] renewed(byte[] payload, Draft.Data readings, long now) {
    try {
      Payload.Builder message = Payload.parseFrom(payload).toBuilder();
      for (int i = 0; i < message.getMetricsCount(); i++) {
        Known known = readings.needs().get(i).metric();
        long time = message.getMetrics(i).getTimestamp();
        if (known.alias() != 0) {
          message.getMetricsBuilder(i).setAlias(known.alias());
        }
        if (readings.live() && isOlderThanBirth(readings.device(), known, time, now)) {
          message.getMetricsBuilder(i).setIsHistorical(true);
        }
      }
      return message.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("BUG: our own message cannot be read", e);
    }
  }

  private void doubt(Metric.Builder metric, boolean told, Quality quality) {
    if (!told) {
      metric.setIsNull(true);
    }
    if (quality != Quality.GOOD || !told) {
      Datatypes.doubt(metric, Datatypes.quality(quality), !doubtful);
    } else if (doubtful) {
      Datatypes.doubtTime(metric);
    }
  }

  private void put(Known.Need need, Metric.Builder metric) {
    Metric built = metric.build();
    int bytes = CodedOutputStream.computeMessageSize(METRICS_FIELD, built);
    if (bytes > room) {
      losses++;
      metric.clearValue();
      doubt(metric, false, Quality.BAD_VALUE);
      built = metric.build();
      bytes = CodedOutputStream.computeMessageSize(METRICS_FIELD, built);
    }
    if (size + bytes > room || contradicts(need)) {
      flush();
    }
    mixed |= need.datatype() != need.metric().datatype();
    payload.addMetrics(built);
    needs.add(need);
    size += bytes;
  }

  /** No birth can have a metric in two types. */
  private boolean contradicts(Known.Need need) {
    boolean odd = mixed || need.datatype() != need.metric().datatype();
    return odd
        && needs.stream()
            .anyMatch(
                other ->
                    other.metric().equals(need.metric()) && other.datatype() != need.datatype());
  }

  private void flush() {
    if (needs.isEmpty()) {
      return;
    }
    var draft = new Draft.Data(device, needs, device.births(), lane == Lane.LIVE);
    messages.add(new Message(device.id, payload.build(), draft));
    clear();
  }

  private void clear() {
    payload = Payload.newBuilder();
    needs = new ArrayList<>();
    size = 0;
    mixed = false;
  }
}
