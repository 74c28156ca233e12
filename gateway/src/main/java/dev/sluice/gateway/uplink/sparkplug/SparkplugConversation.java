package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import dev.sluice.gateway.uplink.sparkplug.NodeDevice.Told;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session of an Edge Node: births, data and deaths in the order that hosts rely on. */
final class SparkplugConversation implements Conversation {

  private static final Logger LOG = LoggerFactory.getLogger(SparkplugConversation.class);

  /** After history was done: how long a device that was born for more of it stays. */
  private static final Duration LINGER = Duration.ofSeconds(10);

  private final SparkplugForm form;
  private final Topics topics;
  private final int bdSeq;
  private final BdSeq numbers;
  private final Turns turns;
  private final PrimaryHost host;
  private final CurrentValues current;
  private final Births births;
  private final Aliases aliases;
  private final Wire wire = new Wire();
  private final DataMessages data;
  private final Inbox inbox;
  private final Rebirths rebirths;
  private final Map<String, NodeDevice> devices = new LinkedHashMap<>();
  private final Deque<NodeDevice> unannounced = new ArrayDeque<>();
  private final Set<String> unfit = new HashSet<>();

  private @Nullable Channel channel;
  private boolean begun;
  private boolean announcing;
  private boolean again;
  private boolean historyOver;
  private boolean burial;
  private boolean over;

  SparkplugConversation(
      SparkplugForm form,
      ConnectorSite site,
      int bdSeq,
      Turns turns,
      IntFunction<HostState> hosts,
      BdSeq numbers,
      Rejections rejections) {
    this.form = form;
    this.topics = new Topics(form.options().group(), form.options().node());
    this.bdSeq = bdSeq;
    this.numbers = numbers;
    this.turns = turns;
    this.host = new PrimaryHost(form, hosts, turns, rejections, this::begin, this::hostGone);
    this.current = site.current();
    this.aliases = new Aliases(form.options().aliases());
    this.births = new Births(current, site.offsets(), aliases);
    this.data = new DataMessages(this::device, topics, site.offsets(), form.maxMessageBytes());
    this.rebirths = new Rebirths(turns, form.options().rebirthEvery(), this::rebirth);
    this.inbox =
        new Inbox(form, topics, site.commands(), devices::get, rebirths::request, rejections);
  }

  private NodeDevice device(String id) {
    return devices.computeIfAbsent(id, name -> new NodeDevice(name, aliases));
  }

  @Override
  public Publication will() {
    return death();
  }

  private Publication death() {
    byte[] payload = Payload.newBuilder().addMetrics(Births.bdSeq(bdSeq)).build().toByteArray();
    return new Publication(topics.nodeDeath, Buffer.buffer(payload), false);
  }

  @Override
  public List<String> subscriptions() {
    return topics.subscriptions(form.options().primaryHost());
  }

  @Override
  public void open(Channel with) {
    channel = with;
    host.open(with);
  }

  private void begin() {
    if (!begun && !over) {
      announce(open());
    }
  }

  /** Where there is no other server, births wait here for the host. */
  private void hostGone() {
    Channel to = open();
    if (over || (!begun && to.servers() == 1)) {
      return;
    }
    finish();
    if (begun) {
      var unused = to.publish(death());
    }
    String who = form.options().primaryHost();
    to.end(new LinkException(LinkFailure.HOST_OFFLINE, who, null));
  }

  @Override
  public Verdict received(Incoming message) {
    if (over) {
      return Verdict.TAKEN;
    }
    if (host.isState(message)) {
      return host.heard(message);
    }
    // Before the connection stands for records nobody knows the metrics that it names.
    return channel == null ? Verdict.TAKEN : inbox.take(message, channel.nowMillis());
  }

  private void rebirth() {
    if (over || channel == null || !begun) {
      return; // the births are still to come
    }
    if (announcing) {
      again = true;
      return;
    }
    LOG.atInfo().addKeyValue("uplink", form.uplink()).log("told anew, as upstream asked");
    channel.hold("telling upstream everything anew");
    announce(channel);
  }

  /** The node, then one device a turn; no record is rendered or written before the last of them. */
  private void announce(Channel to) {
    begun = true;
    announcing = true;
    wire.restart();
    devices.values().forEach(NodeDevice::forgotten);
    say(to, topics.nodeBirth, births.node(bdSeq, to.nowMillis()));
    unannounced.clear();
    for (CurrentValues.Device each : current.devices()) {
      if (each.up()) {
        unannounced.add(device(each.id()));
      }
    }
    turns.soon(() -> announceNext(to));
  }

  private void announceNext(Channel to) {
    if (over) {
      return;
    }
    NodeDevice next = unannounced.poll();
    if (next != null) {
      if (births.isUp(next) && fits(next, to)) {
        birth(to, next);
      }
      turns.soon(() -> announceNext(to));
    } else if (again) {
      again = false;
      announce(to);
    } else {
      announcing = false;
      to.ready();
    }
  }

  /** A birth cannot be split; one that is too large would only have the broker hang up. */
  private boolean fits(NodeDevice device, Channel to) {
    int payload = births.device(device, Told.STALE, to.nowMillis()).build().getSerializedSize();
    int topic = topics.birth(device.id).getBytes(StandardCharsets.UTF_8).length;
    int size = payload + topic + Publication.OVERHEAD + Wire.MOST;
    boolean fits = size <= form.maxMessageBytes();
    if (!fits && unfit.add(device.id)) {
      LOG.atWarn()
          .addKeyValue("uplink", form.uplink())
          .addKeyValue("device", device.id)
          .addKeyValue("bytes", size)
          .addKeyValue("maxMessageBytes", form.maxMessageBytes())
          .log("the birth of a device is too large to be sent");
    }
    return fits;
  }

  private void birth(Channel to, NodeDevice device) {
    Told as = births.isUp(device) ? Told.ALIVE : Told.STALE;
    say(to, topics.birth(device.id), birthOf(to, device, as));
    if (as == Told.STALE && historyOver && !burial) {
      burial = true;
      turns.later(LINGER, this::bury);
    }
  }

  private Payload.Builder birthOf(Channel to, NodeDevice device, Told as) {
    births.learn(device);
    device.number();
    Payload.Builder payload = births.device(device, as, to.nowMillis());
    Births.told(device, payload, as, to.nowMillis());
    return payload;
  }

  private void say(Channel to, String topic, Payload.Builder payload) {
    var unused = to.publish(wire.finish(topic, payload.build().toByteArray(), to.nowMillis()));
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    try {
      return switch (record.kind()) {
        case DATA -> data(record, lane);
        case DEVICE_STATE -> state(DeviceStateRecord.decode(record.payload()), lane);
        case GAP -> gap(GapRecord.decode(record.payload()));
      };
    } catch (RecordFormatException | OutboxException e) {
      throw new RenderException("record " + record.seq() + " of kind " + record.kind(), e);
    }
  }

  @Override
  public Rendered renderLetter(String stream, OutboxRecord letter, long low)
      throws RenderException {
    return render(letter, Lane.HISTORY, low);
  }

  private Rendered data(OutboxRecord record, Lane lane) throws RecordFormatException {
    Channel to = open();
    data.start(lane, to.nowMillis());
    BatchReader.read(record.payload(), data);
    var messages = new ArrayList<Publication>();
    int losses = data.losses();
    for (DataMessages.Message message : data.messages()) {
      Draft.Data draft = message.draft();
      if (!draft.device().has(draft.needs()) && !fits(draft.device(), to)) {
        losses += draft.needs().size();
      } else {
        byte[] payload = message.payload().toByteArray();
        messages.add(draft(topics.data(message.device()), payload, draft));
      }
    }
    return new Rendered(messages, data.oldest(), losses);
  }

  private Rendered state(DeviceStateRecord state, Lane lane) {
    NodeDevice device = device(state.device());
    boolean news = state.up() ? device.told() != Told.ALIVE : device.isBorn();
    if (lane == Lane.HISTORY || !news || (state.up() && !fits(device, open()))) {
      return new Rendered(List.of(), state.timeMillis(), 0);
    }
    Publication message =
        state.up()
            ? draft(topics.birth(device.id), new byte[0], new Draft.Birth(device))
            : draft(topics.death(device.id), new byte[0], new Draft.Death(device));
    return new Rendered(List.of(message), state.clockTrusted() ? state.timeMillis() : 0, 0);
  }

  private Rendered gap(GapRecord gap) {
    byte[] payload = births.gap(gap, open().nowMillis()).build().toByteArray();
    var message = new Publication(topics.nodeData, Buffer.buffer(payload), Qos.AT_MOST_ONCE, false);
    return new Rendered(List.of(message), 0, 0);
  }

  private Publication draft(String topic, byte[] payload, Draft draft) {
    return new Publication(topic, Buffer.buffer(payload), Qos.AT_MOST_ONCE, false, draft);
  }

  @Override
  public Publication seal(Publication message) {
    Channel to = open();
    byte[] payload = message.payload().getBytes();
    if (message.note() instanceof Draft.Data readings) {
      prepare(to, readings);
      if (readings.births() != readings.device().births()) {
        payload = DataMessages.renewed(payload, readings, to.nowMillis());
      }
    } else if (message.note() instanceof Draft.Birth birth) {
      Told as = births.isUp(birth.device()) ? Told.ALIVE : Told.STALE;
      payload = birthOf(to, birth.device(), as).build().toByteArray();
    } else if (message.note() instanceof Draft.Death death) {
      if (!death.device().isBorn()) {
        birth(to, death.device()); // only what was born can die
      }
      death.device().dead();
    }
    return wire.finish(message.topic(), payload, to.nowMillis());
  }

  private void prepare(Channel to, Draft.Data readings) {
    NodeDevice device = readings.device();
    boolean back = readings.live() && device.told() == Told.STALE && births.isUp(device);
    if (back || !device.has(readings.needs())) {
      readings.needs().forEach(need -> need.metric().want(need));
      birth(to, device);
    }
  }

  @Override
  public void historyDone() {
    historyOver = true;
    bury();
  }

  /** Devices that were born for the sake of history only. */
  private void bury() {
    burial = false;
    Channel to = channel;
    if (over || announcing || to == null) {
      return;
    }
    for (NodeDevice device : devices.values()) {
      if (device.told() == Told.STALE) {
        device.dead();
        say(to, topics.death(device.id), Payload.newBuilder());
      }
    }
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    boolean announced = begun && !over;
    finish();
    return announced ? List.of(death()) : List.of();
  }

  @Override
  public void ended(LinkException why) {
    if (channel == null && why.failure().isBeforeConnect()) {
      numbers.unused();
    }
    ended();
  }

  @Override
  public void ended() {
    finish();
  }

  private void finish() {
    over = true;
    rebirths.stop();
    host.stop();
  }

  private Channel open() {
    if (channel == null) {
      throw new IllegalStateException("BUG: a record before the connection is open");
    }
    return channel;
  }
}
