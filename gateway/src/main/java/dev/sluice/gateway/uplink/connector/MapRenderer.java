package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** One message is one map, in JSON or CBOR. */
final class MapRenderer implements Renderer {

  /**
   * Everything of a message but the devices, the gateway and the stream, at its longest; CBOR takes
   * less.
   */
  private static final int FRAME =
      ("{\"schema\":1,\"gateway\":,\"stream\":,\"seq\":9223372036854775807"
              + ",\"part\":[2147483647,2147483647],\"low\":9223372036854775807"
              + ",\"lane\":\"history\",\"clock\":\"untrusted\",\"devices\":{}}")
          .getBytes(StandardCharsets.US_ASCII)
          .length;

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
  private final Packing packing;
  private final Sizes sizes;
  private final RecordTimes times;
  private final DeviceParts parts;
  private final Tokens out;
  private final Map<Key, byte[]> names = new EnumMap<>(Key.class);
  private String headOf = "";
  private byte[] head = {};

  MapRenderer(MqttForm form, Packing packing, RecordTimes times) {
    this.form = form;
    this.packing = packing;
    this.sizes = new Sizes(form.maxMessageBytes(), packing.compresses());
    this.times = times;
    this.parts = new DeviceParts(form.form(), times);
    this.out = Tokens.of(form.form(), 64 << 10);
    for (Key key : Key.values()) {
      names.put(key, out.name(key.name().toLowerCase(Locale.ROOT)));
    }
  }

  @Override
  public Rendered data(byte[] payload, Heading heading) throws RecordFormatException {
    Topics topics = heading.topics();
    Lane lane = heading.lane();
    Topics.Topic all = topics.isPerDevice() ? null : topics.device(lane, "");
    ToIntFunction<String> apart = all == null ? id -> topics.device(lane, id).bytes() : null;
    int frame = FRAME + head(heading.stream()).length + (all == null ? 0 : all.bytes());
    for (int room = sizes.first(); ; room = sizes.smaller(room)) {
      parts.start(room - frame, apart);
      BatchReader.read(payload, parts);
      List<Publication> messages = messages(heading, all);
      if (messages != null) {
        return new Rendered(messages, times.oldest(), parts.losses());
      }
    }
  }

  /** Null when one of them is too large after it was packed. */
  private @Nullable List<Publication> messages(Heading heading, Topics.@Nullable Topic all) {
    int count = parts.parts().size();
    boolean retained = form.retain() && heading.lane() == Lane.LIVE;
    var messages = new ArrayList<Publication>(count);
    for (int i = 0; i < count; i++) {
      DeviceParts.Part part = parts.parts().get(i);
      Topics.Topic topic =
          all == null ? heading.topics().device(heading.lane(), part.device()) : all;
      var message = new Publication(topic.text(), part(part, i, count, heading), retained);
      if (!sizes.holds(topic, message)) {
        return null;
      }
      messages.add(message);
    }
    return messages;
  }

  private Buffer part(DeviceParts.Part part, int index, int count, Heading heading) {
    begin(heading, times.clock(), count > 1 ? 2 : 1);
    if (count > 1) {
      key(Key.PART);
      out.list(2);
      out.integer(index + 1L);
      out.next();
      out.integer(count);
      out.endList();
    }
    lane(heading, times.clock());
    key(Key.DEVICES);
    out.map(part.count());
    out.raw(part.devices());
    out.endMap();
    out.endMap();
    return packing.pack(out);
  }

  @Override
  public Rendered state(StateEvent state, Heading heading) {
    begin(heading, state.clock(), 1);
    lane(heading, state.clock());
    key(Key.STATE);
    out.map(1);
    out.raw(out.name(state.device()));
    out.map(state.reason().isEmpty() ? 2 : 3);
    name(Key.T);
    out.integer(state.timeMillis());
    key(Key.UP);
    out.bool(state.up());
    if (!state.reason().isEmpty()) {
      key(Key.REASON);
      out.text(state.reason());
    }
    out.endMap();
    out.endMap();
    out.endMap();
    Topics.Topic topic = heading.topics().device(heading.lane(), state.device());
    return single(topic, state.believedMillis());
  }

  @Override
  public Rendered gap(GapRecord gap, Heading heading) {
    begin(heading, Clock.TRUSTED, 1);
    lane(heading, Clock.TRUSTED);
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
    return single(heading.topics().device(heading.lane(), ""), 0);
  }

  /** Not retained: it would take the place of what a device said last. */
  private Rendered single(Topics.Topic topic, long timeMillis) {
    var message = new Publication(topic.text(), packing.pack(out), false);
    return new Rendered(List.of(sizes.single(topic, message)), timeMillis, 0);
  }

  /**
   * Head and seq.
   *
   * @param more entries besides these two, low, lane and clock
   */
  private void begin(Heading heading, Clock clock, int more) {
    byte[] known = head(heading.stream());
    boolean history = heading.lane() == Lane.HISTORY;
    out.cutTo(0);
    out.map(HEAD + 2 + (history ? 1 : 0) + (clock == Clock.TRUSTED ? 0 : 1) + more);
    out.raw(known);
    key(Key.SEQ);
    out.integer(heading.seq());
  }

  /** Keys at their default are left out. */
  private void lane(Heading heading, Clock clock) {
    key(Key.LOW);
    out.integer(heading.low());
    if (heading.lane() == Lane.HISTORY) {
      key(Key.LANE);
      out.text(heading.lane().word());
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

  private byte[] head(String stream) {
    if (!stream.equals(headOf)) {
      headOf = stream;
      out.cutTo(0);
      name(Key.SCHEMA);
      out.integer(1);
      key(Key.GATEWAY);
      out.text(form.gateway());
      key(Key.STREAM);
      out.text(stream);
      head = Arrays.copyOf(out.array(), out.length());
    }
    return head;
  }
}
