package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.batch.BatchSplit;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.StateEvent;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One connection of a gateway that speaks for its devices. */
final class WatsonConversation implements Conversation {

  /** A message that was dropped leaves its notice, and those of others, so long to come. */
  private static final Duration COLLECT = Duration.ofSeconds(1);

  private final WatsonForm form;
  private final String stream;
  private final ConnectorSite site;
  private final Login login;
  private final Held held;
  private final Turns turns;
  private final ThingNames names;
  private final Events events;
  private final Said said;
  private final Orders orders;
  private final Management management;
  private @Nullable Channel channel;
  private boolean ending;
  private boolean over;

  WatsonConversation(
      WatsonForm form,
      String stream,
      ConnectorSite site,
      Login login,
      ThingNames names,
      Held held,
      Turns turns,
      RandomGenerator random) {
    this.form = form;
    this.stream = stream;
    this.site = site;
    this.login = login;
    this.names = names;
    this.held = held;
    this.turns = turns;
    this.events = new Events(form, names, site.offsets(), held::holds);
    this.said = new Said(form, names);
    this.orders = new Orders(form, names, site.requests(), this::say);
    this.management = new Management(form, turns, random, site.complaints(), this::say);
  }

  @Override
  public Login login() {
    return login;
  }

  @Override
  public Publication will() {
    return said.status("offline", site.current(), held);
  }

  @Override
  public List<String> subscriptions() {
    return Topics.filters(form.itself());
  }

  @Override
  public void open(Channel with) {
    channel = with;
    for (CurrentValues.Device device : site.current().devices()) {
      names.of(device.id()); // so that commands find it
    }
    say(said.status("online", site.current(), held));
    if (form.options().managed()) {
      management.begin();
    }
    with.ready();
  }

  @Override
  public long settleMillis() {
    return ending ? -1 : form.options().settle().toMillis();
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    return render(record, new Heading(stream, record.seq(), lane, low));
  }

  @Override
  public Rendered renderLetter(String of, OutboxRecord letter, long low) throws RenderException {
    long least =
        of.equals(stream) ? low : 1; // of another nothing is known but that seqs start at 1
    return render(letter, new Heading(of, letter.seq(), Lane.HISTORY, least));
  }

  private Rendered render(OutboxRecord record, Heading heading) throws RenderException {
    try {
      return switch (record.kind()) {
        case DATA -> {
          List<Publication> messages = events.of(record.payload(), heading);
          int withheld = events.withheld();
          yield new Rendered(
              messages, events.oldest(), events.losses() + withheld, withheld > 0, aside(record));
        }
        case DEVICE_STATE -> state(DeviceStateRecord.decode(record.payload()), heading);
        case GAP ->
            new Rendered(List.of(said.gap(GapRecord.decode(record.payload()), heading)), 0, 0);
      };
    } catch (RecordFormatException | OutboxException e) {
      throw new RenderException("record " + record.seq() + " of kind " + record.kind(), e);
    }
  }

  /** What is held back of a record, to be kept alone, unless something else is lost, too. */
  private @Nullable OutboxRecord aside(OutboxRecord record) throws RecordFormatException {
    int values = events.withheld();
    return values == 0 || events.losses() > 0
        ? null
        : new OutboxRecord(
            record.seq(),
            record.kind(),
            values,
            BatchSplit.only(record.payload(), events::isWithheld));
  }

  private Rendered state(DeviceStateRecord record, Heading heading) {
    StateEvent event = StateEvent.of(record, site.offsets());
    return held.holds(event.device())
        ? new Rendered(List.of(), event.believedMillis(), 1, true, null)
        : new Rendered(List.of(said.state(event, heading)), event.believedMillis(), 0);
  }

  @Override
  public Verdict received(Incoming message) {
    if (over) {
      return Verdict.TAKEN;
    }
    if (message.topic().equals(Topics.notices(form.itself()))) {
      return noticed(message.payload());
    }
    Topics.Order order = Topics.order(message.topic());
    if (order != null) {
      return orders.take(order, message.payload());
    }
    Topics.Managing managing = Topics.managing(message.topic());
    return managing == null ? Verdict.UNKNOWN_TOPIC : management.take(managing, message.payload());
  }

  /** Something was dropped. When it was of a device, all that is not settled is sent again. */
  private Verdict noticed(Buffer payload) {
    Notice notice;
    try {
      notice = Notice.of(payload);
    } catch (DocumentException e) {
      String why = String.valueOf(e.getMessage());
      site.complaints().add("malformed_notice", Topics.notices(form.itself()), why);
      return Verdict.MALFORMED;
    }
    String device = notice.about() == null ? null : names.device(notice.about());
    if (device == null || !notice.ofPublish()) {
      site.complaints().add("request_refused", notice.topic(), notice.detail());
      return Verdict.TAKEN;
    }
    held.refused(device, notice.detail());
    Channel to = channel;
    if (!ending && to != null) {
      ending = true;
      to.hold("the platform takes nothing of " + device + ": " + notice.detail());
      turns.later(COLLECT, () -> leave(to));
    }
    return Verdict.TAKEN;
  }

  private void leave(Channel to) {
    if (!over) {
      String who = String.join(", ", held.devices().keySet());
      to.end(new LinkException(LinkFailure.DEVICE_REFUSED, Notice.shown(who), null));
    }
  }

  private void say(Publication message) {
    if (!over && channel != null) {
      var unused = channel.publish(message);
    }
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    finish();
    return List.of(said.status("offline", site.current(), held));
  }

  @Override
  public void ended() {
    finish();
  }

  private void finish() {
    over = true;
    management.stop();
    turns.stop();
  }
}
