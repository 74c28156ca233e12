package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.connector.SenmlBytes.Label;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One message is one SenML pack (RFC 8428), in JSON or CBOR. What belongs to the message stands
 * first, under a device that is none.
 */
final class SenmlRenderer implements Renderer {

  /** RFC 8428, 4.5.3: seconds below 2^28 are counted from now, in milliseconds. */
  private static final long ABSOLUTE = (1L << 28) * 1_000;

  /** No clock is that wrong. */
  private static final long LEAST = -(1L << 60);

  private final MqttForm form;
  private final Packing packing;
  private final Sizes sizes;
  private final RecordTimes times;
  private final SenmlParts parts;
  private final SenmlBytes bytes;
  private final Tokens out;
  private final String gateway;

  SenmlRenderer(MqttForm form, Packing packing, RecordTimes times) {
    this.form = form;
    this.packing = packing;
    this.sizes = new Sizes(form.maxMessageBytes(), packing.compresses());
    this.times = times;
    this.gateway = SenmlNames.gateway(form.gateway());
    this.parts = new SenmlParts(form.form(), gateway, times);
    this.bytes = new SenmlBytes(form.form(), 64 << 10);
    this.out = bytes.out;
  }

  @Override
  public Rendered data(byte[] payload, Heading heading) throws RecordFormatException {
    Topics topics = heading.topics();
    Lane lane = heading.lane();
    Topics.Topic all = topics.isPerDevice() ? null : topics.device(lane, "");
    ToIntFunction<String> apart = all == null ? id -> topics.device(lane, id).bytes() : null;
    int frame = longestHeading(heading) + (all == null ? 0 : all.bytes());
    long shift = 0;
    int room = sizes.first();
    while (true) {
      parts.start(room - frame, apart, shift);
      BatchReader.read(payload, parts);
      if (shift == 0 && shift(times.lowest()) != 0) {
        shift = shift(times.lowest());
        continue;
      }
      List<Publication> messages = messages(heading, all, shift);
      if (messages != null) {
        return new Rendered(messages, times.oldest(), parts.losses());
      }
      room = sizes.smaller(room);
    }
  }

  /** What makes a time of a wrong clock absolute; 0 where it is. */
  private static long shift(long timeMillis) {
    if (timeMillis >= ABSOLUTE) {
      return 0;
    }
    if (timeMillis < LEAST) {
      throw new Unfit("a time of " + timeMillis + " ms");
    }
    return (1 - Math.floorDiv(timeMillis, ABSOLUTE)) * ABSOLUTE;
  }

  /** Null when one of them is too large after it was packed. */
  private @Nullable List<Publication> messages(
      Heading heading, Topics.@Nullable Topic all, long shift) {
    int count = parts.parts().size();
    boolean retained = form.retain() && heading.lane() == Lane.LIVE;
    var messages = new ArrayList<Publication>(count);
    for (int i = 0; i < count; i++) {
      SenmlParts.Part part = parts.parts().get(i);
      Topics.Topic topic =
          all == null ? heading.topics().device(heading.lane(), part.device()) : all;
      int records = heading(heading, times.clock(), i + 1, count, shift, part.count());
      out.next();
      out.raw(part.records());
      var message = new Publication(topic.text(), pack(records), retained);
      if (!sizes.holds(topic, message)) {
        return null;
      }
      messages.add(message);
    }
    return messages;
  }

  @Override
  public Rendered state(StateEvent state, Heading heading) {
    long shift = shift(state.timeMillis());
    boolean reason = !state.reason().isEmpty();
    int records = heading(heading, state.clock(), 1, 1, shift, reason ? 2 : 1);
    out.next();
    out.map(4);
    bytes.first(Label.BN);
    out.text(gateway + "/" + SenmlNames.segment(state.device()) + "/");
    bytes.label(Label.BT);
    bytes.seconds(state.timeMillis() + shift);
    bytes.label(Label.N);
    out.text("_up");
    bytes.label(Label.VB);
    out.bool(state.up());
    out.endMap();
    if (reason) {
      text("_reason", state.reason());
    }
    Topics.Topic topic = heading.topics().device(heading.lane(), state.device());
    return single(topic, records, state.believedMillis());
  }

  @Override
  public Rendered gap(GapRecord gap, Heading heading) {
    int records = heading(heading, Clock.TRUSTED, 1, 1, 0, 4);
    number("gap_first", gap.first());
    number("gap_last", gap.last());
    number("gap_count", gap.count());
    text("gap_reason", gap.reason());
    return single(heading.topics().device(heading.lane(), ""), records, 0);
  }

  /** Not retained: it would take the place of what a device said last. */
  private Rendered single(Topics.Topic topic, int records, long timeMillis) {
    var message = new Publication(topic.text(), pack(records), false);
    return new Rendered(List.of(sizes.single(topic, message)), timeMillis, 0);
  }

  private int longestHeading(Heading of) {
    var longest =
        new Heading(of.stream(), Long.MAX_VALUE, Lane.HISTORY, Long.MAX_VALUE, of.topics());
    heading(longest, Clock.UNTRUSTED, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MIN_VALUE, 0);
    return out.length() + 8; // its brackets, or the head of a long list
  }

  /** Begins a pack; so many more records are to follow. Returns how many there will be. */
  private int heading(Heading of, Clock clock, int part, int count, long shift, int more) {
    boolean history = of.lane() == Lane.HISTORY;
    int own = 4 + (count > 1 ? 2 : 0) + (history ? 1 : 0) + (clock == Clock.TRUSTED ? 0 : 1);
    int records = own + (shift == 0 ? 0 : 1) + more;
    out.cutTo(0);
    out.list(records);
    out.map(3);
    bytes.first(Label.BN);
    out.text(gateway + "/" + Topics.OURS + "/");
    bytes.label(Label.N);
    out.text("schema");
    bytes.label(Label.V);
    out.integer(1);
    out.endMap();
    text("stream", of.stream());
    number("seq", of.seq());
    if (count > 1) {
      number("part", part);
      number("parts", count);
    }
    number("low", of.low());
    if (history) {
      text("lane", of.lane().word());
    }
    if (clock != Clock.TRUSTED) {
      text("clock", clock.word());
    }
    if (shift != 0) {
      number("shift", shift / 1_000);
    }
    return records;
  }

  private void number(String name, long value) {
    record(name);
    bytes.label(Label.V);
    out.integer(value);
    out.endMap();
  }

  private void text(String name, String value) {
    record(name);
    bytes.label(Label.VS);
    out.text(value);
    out.endMap();
  }

  private void record(String name) {
    out.next();
    out.map(2);
    bytes.first(Label.N);
    out.text(name);
  }

  private Buffer pack(int records) {
    if (records < 1) {
      throw new IllegalStateException("BUG: a pack of " + records + " records");
    }
    out.endList();
    return packing.pack(out);
  }
}
