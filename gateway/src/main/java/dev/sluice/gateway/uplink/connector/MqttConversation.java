package dev.sluice.gateway.uplink.connector;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said in one connection, in the form that was chosen. */
final class MqttConversation implements Conversation {

  /** Of the states of devices at the beginning so many are under way at a time. */
  private static final int ABREAST = 50;

  private final MqttForm form;
  private final String stream;
  private final Topics topics;
  private final String statusTopic;
  private final Renderer renderer;
  private final ClockOffsets offsets;
  private final @Nullable DeviceStatus devices;

  /**
   * One conversation.
   *
   * @param statusTopic empty for none
   * @param devices null when their states are told nowhere but among the records
   */
  MqttConversation(
      MqttForm form,
      String stream,
      Topics topics,
      String statusTopic,
      Renderer renderer,
      ClockOffsets offsets,
      @Nullable DeviceStatus devices) {
    this.form = form;
    this.stream = stream;
    this.topics = topics;
    this.statusTopic = statusTopic;
    this.renderer = renderer;
    this.offsets = offsets;
    this.devices = devices;
  }

  @Override
  public @Nullable Publication will() {
    return statusTopic.isEmpty() ? null : status("offline", -1);
  }

  @Override
  public void open(Channel channel) {
    say(channel, greeting(channel.nowMillis()), 0);
  }

  /** The states stand before the first record, so that each change of them comes after. */
  private static void say(Channel channel, List<Publication> all, int from) {
    if (from >= all.size()) {
      channel.ready();
      return;
    }
    int to = Math.min(all.size(), from + ABREAST);
    var said = all.subList(from, to).stream().map(channel::publish).toList();
    Future.all(said).onSuccess(ignored -> say(channel, all, to));
  }

  List<Publication> greeting(long nowMillis) {
    var said = new ArrayList<Publication>();
    if (!statusTopic.isEmpty()) {
      said.add(status("online", nowMillis));
    }
    if (devices != null) {
      said.addAll(devices.all());
    }
    return said;
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    return statusTopic.isEmpty() ? List.of() : List.of(status("offline", nowMillis));
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    return render(record, new Heading(stream, record.seq(), lane, low, topics));
  }

  @Override
  public Rendered renderLetter(String of, OutboxRecord letter, long low) throws RenderException {
    // Of another stream nothing is known but that its seqs start at 1.
    long least = of.equals(stream) ? low : 1;
    return render(letter, new Heading(of, letter.seq(), Lane.HISTORY, least, topics));
  }

  private Rendered render(OutboxRecord record, Heading heading) throws RenderException {
    try {
      return switch (record.kind()) {
        case DATA -> renderer.data(record.payload(), heading);
        case DEVICE_STATE -> state(DeviceStateRecord.decode(record.payload()), heading);
        case GAP -> renderer.gap(GapRecord.decode(record.payload()), heading);
      };
    } catch (RecordFormatException | OutboxException e) {
      throw new RenderException("record " + record.seq() + " of kind " + word(record), e);
    } catch (Unfit e) {
      throw new RenderException("record " + record.seq() + ": " + e.getMessage(), e);
    }
  }

  private Rendered state(DeviceStateRecord record, Heading heading) {
    StateEvent state = StateEvent.of(record, offsets);
    Rendered rendered = renderer.state(state, heading);
    Publication status = devices == null ? null : devices.after(state, heading.lane());
    if (status == null) {
      return rendered;
    }
    var messages = new ArrayList<Publication>(rendered.messages());
    messages.add(status);
    return new Rendered(messages, rendered.timeMillis(), rendered.losses());
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

  private static String word(OutboxRecord record) {
    return record.kind() == RecordKind.DATA
        ? "data"
        : record.kind() == RecordKind.GAP ? "gap" : "device-state";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
