package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is said in one connection, in the form that was chosen. */
final class MqttConversation implements Conversation {

  /**
   * Everything of a message but the devices, the gateway and the stream, at its longest; CBOR takes
   * less.
   */
  private static final int FRAME =
      ascii(
              "{\"schema\":1,\"gateway\":,\"stream\":,\"seq\":9223372036854775807"
                  + ",\"part\":[2147483647,2147483647],\"low\":9223372036854775807"
                  + ",\"lane\":\"history\",\"clock\":\"untrusted\",\"devices\":{}}")
          .length;

  /** With compression a part may be this many times the limit before it is tried. */
  private static final int HOPE = 8;

  /** The keys of a message. */
  private enum Key {
    SCHEMA,
    GATEWAY,
    STREAM,
    SEQ,
    PART,
    LOW,
    LANE,
    CLOCK,
    DEVICES,
    STATE,
    T,
    UP,
    REASON,
    GAP,
    FIRST,
    LAST,
    COUNT
  }

  /** Entries of {@link #head}. */
  private static final int HEAD = 3;

  private final MqttForm form;
  private final String stream;
  private final Map<Lane, String> topics;
  private final String statusTopic;
  private final Packing packing;
  private final DeviceParts parts;
  private final ClockOffsets offsets;
  private final Tokens out;
  private byte[] head;
  private final Map<Key, byte[]> names = new EnumMap<>(Key.class);

  MqttConversation(
      MqttForm form,
      String stream,
      Map<Lane, String> topics,
      String statusTopic,
      Packing packing,
      DeviceParts parts,
      ClockOffsets offsets,
      Tokens out) {
    this.form = form;
    this.stream = stream;
    this.topics = topics;
    this.statusTopic = statusTopic;
    this.packing = packing;
    this.parts = parts;
    this.offsets = offsets;
    this.out = out;
    for (Key key : Key.values()) {
      names.put(key, out.name(key.name().toLowerCase(Locale.ROOT)));
    }
    this.head = head(form.gateway(), stream);
  }

  @Override
  public @Nullable Publication will() {
    return statusTopic.isEmpty() ? null : status("offline", -1);
  }

  @Override
  public void open(Channel channel) {
    var said = greeting(channel.nowMillis()).stream().map(channel::publish).toList();
    Future.all(said).onSuccess(ignored -> channel.ready());
  }

  List<Publication> greeting(long nowMillis) {
    return statusTopic.isEmpty() ? List.of() : List.of(status("online", nowMillis));
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    return statusTopic.isEmpty() ? List.of() : List.of(status("offline", nowMillis));
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    try {
      return switch (record.kind()) {
        case DATA -> data(record, lane, low);
        case DEVICE_STATE -> state(record, lane, low);
        case GAP -> gap(record, lane, low);
      };
    } catch (RecordFormatException | OutboxException e) {
      throw new RenderException("record " + record.seq() + " of kind " + word(record), e);
    } catch (DeviceParts.Unfit e) {
      throw new RenderException("record " + record.seq() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Rendered renderLetter(String of, OutboxRecord letter, long low) throws RenderException {
    byte[] own = head;
    head = head(form.gateway(), of);
    try {
      // Of another stream nothing is known but that its seqs start at 1.
      return render(letter, Lane.HISTORY, of.equals(stream) ? low : 1);
    } finally {
      head = own;
    }
  }

  private Rendered data(OutboxRecord record, Lane lane, long low)
      throws RecordFormatException, RenderException {
    String topic = topic(lane);
    int most = form.maxMessageBytes() - Publication.OVERHEAD - utf8(topic).length;
    int room = packing.compresses() ? most * HOPE : most;
    while (true) {
      parts.start(room - FRAME - head.length);
      BatchReader.read(record.payload(), parts);
      var messages = new ArrayList<Publication>(parts.parts().size());
      int largest = 0;
      for (int i = 0; i < parts.parts().size(); i++) {
        Buffer payload = part(record.seq(), i, lane, low);
        largest = Math.max(largest, payload.length());
        messages.add(new Publication(topic, payload, false));
      }
      if (largest <= most) {
        return new Rendered(messages, parts.oldest(), parts.losses());
      }
      room = smaller(room, most);
    }
  }

  /** It did not shrink as hoped; what cannot be compressed grows by less than a sixteenth. */
  private static int smaller(int room, int most) {
    if (room < most) {
      throw new IllegalStateException("BUG: parts of " + room + " bytes exceed " + most);
    }
    return room == most ? most - most / 16 : Math.max(most, room / 2);
  }

  private Buffer part(long seq, int index, Lane lane, long low) {
    int count = parts.parts().size();
    begin(seq, lane, parts.clock(), count > 1 ? 2 : 1);
    if (count > 1) {
      key(Key.PART);
      out.list(2);
      out.integer(index + 1L);
      out.next();
      out.integer(count);
      out.endList();
    }
    lane(lane, low, parts.clock());
    DeviceParts.Part part = parts.parts().get(index);
    key(Key.DEVICES);
    out.map(part.count());
    out.raw(part.devices());
    out.endMap();
    out.endMap();
    return packing.pack(out);
  }

  private Rendered state(OutboxRecord record, Lane lane, long low)
      throws RecordFormatException, RenderException {
    DeviceStateRecord state = DeviceStateRecord.decode(record.payload());
    OptionalLong offset =
        state.clockTrusted()
            ? OptionalLong.empty()
            : offsets.of(state.bootId(), state.monotonicMillis());
    Clock clock =
        state.clockTrusted()
            ? Clock.TRUSTED
            : offset.isPresent() ? Clock.CORRECTED : Clock.UNTRUSTED;
    long time =
        offset.isPresent() ? state.monotonicMillis() + offset.getAsLong() : state.timeMillis();
    begin(record.seq(), lane, clock, 1);
    lane(lane, low, clock);
    key(Key.STATE);
    out.map(1);
    out.raw(out.name(state.device()));
    out.map(state.reason().isEmpty() ? 2 : 3);
    name(Key.T);
    out.integer(time);
    key(Key.UP);
    out.bool(state.up());
    if (!state.reason().isEmpty()) {
      key(Key.REASON);
      out.text(state.reason());
    }
    out.endMap();
    out.endMap();
    out.endMap();
    return single(record, lane, clock == Clock.UNTRUSTED ? 0 : time);
  }

  private Rendered gap(OutboxRecord record, Lane lane, long low)
      throws OutboxException, RenderException {
    GapRecord gap = GapRecord.decode(record.payload());
    begin(record.seq(), lane, Clock.TRUSTED, 1);
    lane(lane, low, Clock.TRUSTED);
    key(Key.GAP);
    out.map(4);
    name(Key.FIRST);
    out.integer(gap.first());
    key(Key.LAST);
    out.integer(gap.last());
    key(Key.COUNT);
    out.integer(gap.count());
    key(Key.REASON);
    out.text(gap.reason());
    out.endMap();
    out.endMap();
    return single(record, lane, 0);
  }

  private Rendered single(OutboxRecord record, Lane lane, long timeMillis) throws RenderException {
    var message = new Publication(topic(lane), packing.pack(out), false);
    int size = Publication.OVERHEAD + utf8(message.topic()).length + message.payload().length();
    if (size > form.maxMessageBytes()) {
      throw new RenderException(
          "record "
              + record.seq()
              + " needs a message of "
              + size
              + " bytes, at most "
              + form.maxMessageBytes()
              + " are allowed",
          null);
    }
    return new Rendered(List.of(message), timeMillis, 0);
  }

  /**
   * Head and seq.
   *
   * @param more entries besides these two, low, lane and clock
   */
  private void begin(long seq, Lane lane, Clock clock, int more) {
    out.cutTo(0);
    out.map(HEAD + 2 + (lane == Lane.HISTORY ? 1 : 0) + (clock == Clock.TRUSTED ? 0 : 1) + more);
    out.raw(head);
    key(Key.SEQ);
    out.integer(seq);
  }

  /** Keys at their default are left out. */
  private void lane(Lane lane, long low, Clock clock) {
    key(Key.LOW);
    out.integer(low);
    if (lane == Lane.HISTORY) {
      key(Key.LANE);
      out.text(lane.word());
    }
    if (clock != Clock.TRUSTED) {
      key(Key.CLOCK);
      out.text(clock.word());
    }
  }

  private void key(Key key) {
    out.next();
    name(key);
  }

  /** The first of its map. */
  private void name(Key key) {
    byte[] name = names.get(key);
    if (name == null) {
      throw new IllegalStateException("BUG: no name for " + key);
    }
    out.raw(name);
  }

  /** JSON in any form: it is retained, and read by people and dashboards. */
  private Publication status(String status, long timeMillis) {
    var json = new JsonBytes(256);
    json.raw(ascii("{\"schema\":1,\"gateway\":"));
    json.text(form.gateway());
    json.raw(ascii(",\"status\":"));
    json.text(status);
    json.raw(ascii(",\"stream\":"));
    json.text(stream);
    // The will is written long before the moment it tells of, so it has no time.
    if (timeMillis >= 0) {
      json.raw(ascii(",\"t\":"));
      json.integer(timeMillis);
    }
    json.raw('}');
    return new Publication(
        statusTopic, Buffer.buffer().appendBytes(json.array(), 0, json.length()), true);
  }

  private String topic(Lane lane) {
    String topic = topics.get(lane);
    if (topic == null) {
      throw new IllegalStateException("BUG: no topic for lane " + lane);
    }
    return topic;
  }

  private byte[] head(String gateway, String stream) {
    out.cutTo(0);
    name(Key.SCHEMA);
    out.integer(1);
    key(Key.GATEWAY);
    out.text(gateway);
    key(Key.STREAM);
    out.text(stream);
    return Arrays.copyOf(out.array(), out.length());
  }

  private static String word(OutboxRecord record) {
    return record.kind() == RecordKind.DATA
        ? "data"
        : record.kind() == RecordKind.GAP ? "gap" : "device-state";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
