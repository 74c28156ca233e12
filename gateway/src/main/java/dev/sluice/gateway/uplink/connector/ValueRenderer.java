package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One message per value: a small JSON object, or the bare text. */
final class ValueRenderer implements Renderer {

  /** What follows the value, at its longest but for the stream. */
  private static final int TAIL =
      (",\"stream\":,\"seq\":9223372036854775807,\"part\":[2147483647,2147483647]"
              + ",\"low\":9223372036854775807,\"lane\":\"history\",\"clock\":\"untrusted\"}")
          .getBytes(StandardCharsets.US_ASCII)
          .length;

  private final MqttForm form;
  private final Sizes sizes;
  private final RecordTimes times;
  private final ValueParts parts;
  private final JsonBytes out = new JsonBytes(512);

  ValueRenderer(MqttForm form, RecordTimes times) {
    this.form = form;
    this.sizes = new Sizes(form.maxMessageBytes(), false);
    this.times = times;
    this.parts = new ValueParts(form.form() == Form.PLAIN, times);
  }

  @Override
  public Rendered data(byte[] payload, Heading heading) throws RecordFormatException {
    boolean plain = form.form() == Form.PLAIN;
    int tail = plain ? 0 : TAIL + 6 * heading.stream().length() + 2;
    parts.start(sizes.most() - tail, heading.topics(), heading.lane());
    BatchReader.read(payload, parts);
    int count = parts.topics().size();
    boolean retained = retained(heading);
    var messages = new ArrayList<Publication>(count);
    for (int i = 0; i < count; i++) {
      out.cutTo(0);
      out.raw(parts.bytes(), parts.start(i), parts.end(i) - parts.start(i));
      if (!plain) {
        tail(heading, i, count, times.clock());
      }
      messages.add(new Publication(parts.topics().get(i).text(), written(), retained));
    }
    return new Rendered(messages, times.oldest(), parts.losses());
  }

  @Override
  public Rendered state(StateEvent state, Heading heading) {
    out.cutTo(0);
    if (form.form() == Form.PLAIN) {
      out.bool(state.up());
    } else {
      out.map(0);
      out.raw(out.name("t"));
      out.integer(state.timeMillis());
      key("v");
      out.bool(state.up());
      if (!state.reason().isEmpty()) {
        key("reason");
        out.text(state.reason());
      }
      tail(heading, 0, 1, state.clock());
    }
    Topics.Topic topic = heading.topics().ours(heading.lane(), state.device(), "_up");
    return single(topic, retained(heading), state.believedMillis());
  }

  /** In either form an object: a gap is no value. */
  @Override
  public Rendered gap(GapRecord gap, Heading heading) {
    out.cutTo(0);
    out.map(0);
    out.raw(out.name("gap"));
    out.map(0);
    out.raw(out.name("first"));
    out.integer(gap.first());
    key("last");
    out.integer(gap.last());
    key("count");
    out.integer(gap.count());
    key("reason");
    out.text(gap.reason());
    out.endMap();
    tail(heading, 0, 1, Clock.TRUSTED);
    return single(heading.topics().ours(heading.lane(), "", "gap"), false, 0);
  }

  private Rendered single(Topics.Topic topic, boolean retained, long timeMillis) {
    var message = new Publication(topic.text(), written(), retained);
    return new Rendered(List.of(sizes.single(topic, message)), timeMillis, 0);
  }

  private boolean retained(Heading heading) {
    return form.retain() && heading.lane() == Lane.LIVE;
  }

  private void tail(Heading heading, int index, int count, Clock clock) {
    key("stream");
    out.text(heading.stream());
    key("seq");
    out.integer(heading.seq());
    if (count > 1) {
      key("part");
      out.list(2);
      out.integer(index + 1L);
      out.next();
      out.integer(count);
      out.endList();
    }
    key("low");
    out.integer(heading.low());
    if (heading.lane() == Lane.HISTORY) {
      key("lane");
      out.text(heading.lane().word());
    }
    if (clock != Clock.TRUSTED) {
      key("clock");
      out.text(clock.word());
    }
    out.endMap();
  }

  private void key(String name) {
    out.next();
    out.text(name);
    out.raw(':');
  }

  private Buffer written() {
    return Buffer.buffer(out.length()).appendBytes(out.array(), 0, out.length());
  }
}
