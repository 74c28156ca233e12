package dev.sluice.gateway.uplink.thingsboard;

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
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.StateEvent;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.Publication;
import dev.sluice.gateway.uplink.mqtt.Qos;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One connection that speaks for all devices. */
final class ThingsboardConversation implements Conversation {

  /** At the beginning so many messages are under way at a time. */
  private static final int ABREAST = 50;

  private final @Nullable Login login;
  private final String stream;
  private final ConnectorSite site;
  private final Said said;
  private final Telemetry telemetry;
  private final Wishes wishes;
  private final Calls calls;
  private final Set<String> connected = new LinkedHashSet<>();
  private @Nullable Channel channel;
  private boolean over;

  /**
   * One conversation.
   *
   * @param login null for what the configuration says
   */
  ThingsboardConversation(
      ThingsboardForm form, String stream, ConnectorSite site, @Nullable Login login) {
    this.login = login;
    this.stream = stream;
    this.site = site;
    this.said = new Said(form, site.current(), site.offsets());
    this.telemetry = new Telemetry(form, site.offsets());
    this.wishes = new Wishes(form, site.requests(), this::report, site.complaints());
    this.calls =
        new Calls(
            form.uplink(),
            site.requests(),
            Long.toString(site.time().millis(), 36),
            this::say,
            site.complaints());
  }

  @Override
  public @Nullable Login login() {
    return login;
  }

  @Override
  public @Nullable Publication will() {
    return null; // the server itself sees who is gone
  }

  @Override
  public List<String> subscriptions() {
    return Topics.FILTERS;
  }

  @Override
  public void open(Channel with) {
    channel = with;
    greet(with, List.copyOf(site.current().devices()), 0);
  }

  /** The devices in groups, as each costs the server a look into its database. */
  private void greet(Channel to, List<CurrentValues.Device> devices, int from) {
    if (over) {
      return;
    }
    var group = new ArrayList<Future<Void>>();
    int next = from;
    while (next < devices.size() && group.size() < ABREAST) {
      introduce(devices.get(next++)).forEach(message -> group.add(to.publish(mark(message))));
    }
    int reached = next;
    if (reached < devices.size()) {
      Future.all(group).onSuccess(ignored -> greet(to, devices, reached));
      return;
    }
    group.add(to.publish(said.overview(stream)));
    Future.all(group).onSuccess(ignored -> to.ready());
  }

  private List<Publication> introduce(CurrentValues.Device device) {
    var messages = new ArrayList<Publication>();
    messages.add(said.connect(device.id()));
    messages.add(said.state(device));
    if (device.up()) {
      messages.addAll(wishes.ask(device));
    } else {
      messages.add(said.disconnect(device.id()));
    }
    return messages;
  }

  /** Remembers what a message does that is written now. */
  private Publication mark(Publication message) {
    if (message.note() instanceof Note.Names names) {
      connected.add(names.device());
    } else if (message.note() instanceof Note.Leaves leaves) {
      connected.remove(leaves.device());
    }
    return message;
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    try {
      return switch (record.kind()) {
        case DATA -> data(record, lane);
        case DEVICE_STATE -> state(DeviceStateRecord.decode(record.payload()), lane);
        case GAP -> new Rendered(List.of(said.gap(GapRecord.decode(record.payload()))), 0, 0);
      };
    } catch (RecordFormatException | OutboxException e) {
      throw new RenderException("record " + record.seq() + " of kind " + record.kind(), e);
    }
  }

  @Override
  public Rendered renderLetter(String of, OutboxRecord letter, long low) throws RenderException {
    return render(letter, Lane.HISTORY, low);
  }

  private Rendered data(OutboxRecord record, Lane lane) throws RecordFormatException {
    var messages = new ArrayList<Publication>();
    for (Telemetry.Message message : telemetry.of(record.payload(), lane)) {
      var note = new Note.Names(message.device());
      messages.add(
          new Publication(Topics.TELEMETRY, message.payload(), Qos.AT_LEAST_ONCE, false, note));
    }
    return new Rendered(messages, telemetry.oldest(), telemetry.losses());
  }

  /** What is history is told with its time only: what is so now was told when this began. */
  private Rendered state(DeviceStateRecord record, Lane lane) {
    StateEvent event = StateEvent.of(record, site.offsets());
    var messages = new ArrayList<Publication>();
    messages.add(said.event(event));
    if (lane == Lane.LIVE) {
      messages.add(said.state(event));
      messages.add(said.overview(stream));
      if (!event.up()) {
        messages.add(said.disconnect(event.device()));
      }
    }
    return new Rendered(messages, event.believedMillis(), 0);
  }

  @Override
  public Publication seal(Publication message) {
    if (message.note() instanceof Note.Names names && !connected.contains(names.device())) {
      connect(names.device());
    }
    return mark(message);
  }

  private void connect(String device) {
    Channel to = open();
    var unused = to.publish(mark(said.connect(device)));
    CurrentValues.Device known = site.current().device(device);
    if (known != null && known.up()) {
      wishes.ask(known).forEach(to::publish);
    }
  }

  /** Devices that were connected for the sake of history only. */
  @Override
  public void historyDone() {
    Channel to = channel;
    if (over || to == null) {
      return;
    }
    for (String device : List.copyOf(connected)) {
      CurrentValues.Device known = site.current().device(device);
      if (known == null || !known.up()) {
        var unused = to.publish(mark(said.disconnect(device)));
      }
    }
  }

  @Override
  public Verdict received(Incoming message) {
    if (over || channel == null) {
      return Verdict.TAKEN; // it is asked for again, or called again
    }
    String topic = message.topic();
    if (topic.equals(Topics.ATTRIBUTES)) {
      return wishes.pushed(message.payload());
    }
    if (topic.equals(Topics.ATTRIBUTES_RESPONSE)) {
      return wishes.answered(message.payload());
    }
    if (topic.equals(Topics.RPC)) {
      return calls.ofDevice(message.payload());
    }
    return topic.startsWith(Topics.OWN_RPC_REQUEST)
        ? calls.ofGateway(topic.substring(Topics.OWN_RPC_REQUEST.length()), message.payload())
        : Verdict.UNKNOWN_TOPIC;
  }

  /** What came of a desired state; not for a device that was disconnected since. */
  private void report(String device, Map<String, Object> attributes) {
    if (connected.contains(device)) {
      say(said.attributes(device, attributes));
    }
  }

  private void say(Publication answer) {
    if (!over) {
      var unused = open().publish(mark(answer));
    }
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    over = true;
    wishes.stop();
    return List.of(); // the server disconnects the devices with the gateway
  }

  @Override
  public void ended() {
    over = true;
    wishes.stop();
  }

  private Channel open() {
    if (channel == null) {
      throw new IllegalStateException("BUG: a message before the connection is open");
    }
    return channel;
  }
}
