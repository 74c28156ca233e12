package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is said in one connection. */
final class ClearbladeConversation implements Conversation {

  /** Long before the platform takes the connection for idle. */
  private static final Duration SIGN_OF_LIFE = ClearbladeOptions.IDLE.dividedBy(2);

  private final ClearbladeOptions options;
  private final ConnectorSite site;
  private final Topics topics;
  private final Memory memory;
  private final Token token;
  private final Login login;
  private final Conversation messages;
  private final Turns turns;
  private final Sidestream side;
  private final Attachments attachments;
  private final Hearing hearing;
  private final States states;
  private final Report report;
  private final Inbox inbox;
  private final Answers answers;
  private final ErrorReports errors;

  /** Field devices by their name in the registry. */
  private final Map<String, String> ours = new HashMap<>();

  private @Nullable Channel channel;
  private boolean holding;
  private boolean historyOver;
  private boolean over;

  /**
   * Of one attempt.
   *
   * @param token that is in the login
   * @param messages of records, with topics of each device
   * @param carriedOut remembers a configuration
   */
  ClearbladeConversation(
      Setting setting,
      String stream,
      Token token,
      Login login,
      Conversation messages,
      Turns turns,
      BiConsumer<String, Applied.Config> carriedOut) {
    ClearbladeForm form = setting.form();
    this.options = form.options();
    this.site = setting.site();
    this.topics = setting.topics();
    this.memory = setting.memory();
    this.token = token;
    this.login = login;
    this.messages = messages;
    this.turns = turns;
    this.side = new Sidestream(turns, site.time()::nanoTime);
    this.report = new Report(form, stream, memory, site.current(), site.offsets());
    this.states =
        new States(
            side, turns, site.time()::nanoTime, options.stateEvery(), memory.stated(), this::state);
    this.attachments =
        new Attachments(
            side, memory.heldBack(), memory.troubles(), site.time()::nanoTime, attaching());
    this.hearing = new Hearing(turns, memory.troubles());
    this.answers = new Answers(form, topics, side, memory.troubles());
    this.errors = new ErrorReports(attachments, states, memory.troubles(), turns, this::startAnew);
    this.inbox =
        new Inbox(
            form.uplink(),
            topics.gateway(),
            site.requests(),
            memory,
            ours::get,
            replies(),
            carriedOut);
  }

  private Attachments.Events attaching() {
    return new Attachments.Events() {
      @Override
      public void attached(String id) {
        hearing.add(id);
        states.changed(id);
      }

      @Override
      public void settled() {
        states.changed(topics.gateway());
        go();
      }
    };
  }

  private Inbox.Replies replies() {
    return new Inbox.Replies() {
      @Override
      public void config(String id, Map<String, Object> what) {
        turns.soon(
            () -> {
              report.config(id, what);
              states.changed(id);
            });
      }

      @Override
      public void command(Map<String, Object> what) {
        turns.soon(() -> answers.say(what, site.time().millis()));
      }
    };
  }

  @Override
  public Login login() {
    return login;
  }

  @Override
  public @Nullable Publication will() {
    return null; // the platform has none
  }

  @Override
  public List<String> subscriptions() {
    return topics.subscriptions();
  }

  @Override
  public void open(Channel with) {
    channel = with;
    memory.doubts().taken(token);
    attachments.open(with);
    hearing.open(with);
    states.open(with);
    answers.open(with);
    states.changed(topics.gateway());
    live();
    if (options.attach()) {
      for (CurrentValues.Device device : site.current().devices()) {
        if (device.up() || options.detach() == ClearbladeOptions.Detach.REMOVED) {
          want(device.id());
        }
      }
    }
    if (attachments.isPending()) {
      hold();
    } else {
      go();
    }
  }

  private void live() {
    turns.later(
        SIGN_OF_LIFE,
        () -> {
          if (!over) {
            states.changed(topics.gateway());
            live();
          }
        });
  }

  /** Whether its attach is under way now. */
  private boolean want(String device) {
    String id = topics.registered(device);
    ours.put(id, device);
    return attachments.want(id);
  }

  private void hold() {
    Channel to = channel;
    if (!holding && to != null) {
      holding = true;
      side.recordsFlow(false);
      to.hold("attaching field devices");
    }
  }

  private void go() {
    Channel to = channel;
    if (to == null || over || attachments.isPending()) {
      return;
    }
    side.recordsFlow(true);
    if (side.lastSecond() > Sidestream.MODEST) {
      turns.later(Sidestream.WINDOW, this::go); // both together would be too many
      return;
    }
    holding = false;
    to.ready();
  }

  private @Nullable Buffer state(String id) {
    return id.equals(topics.gateway())
        ? report.gateway(attachments.count(), site.time().millis(), site.time().nanoTime())
        : report.device(id, attachments.isAttached(id) ? ours.get(id) : null);
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    learn(record, lane);
    return placed(record, messages.render(record, lane, low));
  }

  @Override
  public Rendered renderLetter(String stream, OutboxRecord letter, long low)
      throws RenderException {
    return placed(letter, messages.renderLetter(stream, letter, low));
  }

  /** A device that came up or went down. */
  private void learn(OutboxRecord record, Lane lane) throws RenderException {
    if (!options.attach() || record.kind() != RecordKind.DEVICE_STATE || lane != Lane.LIVE) {
      return;
    }
    try {
      String device = DeviceStateRecord.decode(record.payload()).device();
      String id = topics.registered(device);
      ours.put(id, device);
      turns.soon(
          () -> {
            states.changed(id);
            states.changed(topics.gateway());
            detach();
          });
    } catch (RecordFormatException e) {
      throw new RenderException("record " + record.seq() + " of kind device-state", e);
    }
  }

  private Rendered placed(OutboxRecord record, Rendered rendered) throws RenderException {
    if (!options.attach()) {
      return rendered;
    }
    boolean keep = options.unattached() == ClearbladeOptions.Unattached.KEEP;
    boolean waits = false;
    var withheld = new HashSet<String>();
    var sent = new ArrayList<Publication>();
    for (Publication message : rendered.messages()) {
      String id = topics.reader(message.topic());
      boolean speaks = id.isEmpty() || attachments.isAttached(id);
      waits |= !speaks && attachments.want(id);
      if (speaks || !keep) {
        sent.add(message);
      } else {
        withheld.add(id);
      }
    }
    if (waits && !keep) {
      hold();
    }
    Predicate<String> which = device -> withheld.contains(topics.registered(device));
    return withheld.isEmpty() ? rendered : Withheld.apart(record, sent, rendered, which);
  }

  /** Only now it is known for sure whether the device may be spoken for. */
  @Override
  public Publication seal(Publication message) {
    if (!options.attach()) {
      return message;
    }
    String id = topics.reader(message.topic());
    boolean speaks = !id.isEmpty() && attachments.isAttached(id);
    return speaks
        ? message
        : new Publication(
            topics.own(message.topic()), message.payload(), message.qos(), message.retained());
  }

  @Override
  public void historyDone() {
    historyOver = true;
    detach();
  }

  /** While there is history, those that are gone have something to say. */
  private void detach() {
    if (over || !historyOver) {
      return;
    }
    attachments.detach(
        id -> {
          CurrentValues.Device device = site.current().device(ours.getOrDefault(id, ""));
          boolean down = options.detach() == ClearbladeOptions.Detach.DOWN;
          return device == null || (down && !device.up());
        });
  }

  @Override
  public Verdict received(Incoming message) {
    Topics.Parts topic = Topics.parts(message.topic());
    if (topic == null || over) {
      return over ? Verdict.TAKEN : Verdict.UNKNOWN_TOPIC;
    }
    return switch (topic.kind()) {
      case "errors" -> errors.take(topic.device(), message.payload());
      case "config" -> inbox.config(topic.device(), message.payload());
      case "commands" -> inbox.command(topic.device(), topic.rest(), message.payload());
      default -> Verdict.UNKNOWN_TOPIC;
    };
  }

  /** What is not acknowledged is sent again, on a connection that knows better. */
  private void startAnew(Set<String> refused) {
    Channel to = channel;
    if (!over && to != null) {
      to.end(new LinkException(LinkFailure.DEVICE_REFUSED, String.join(", ", refused), null));
    }
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    return List.of();
  }

  @Override
  public void ended(LinkException why) {
    if (why.failure() == LinkFailure.ACK_TIMEOUT) {
      attachments.unanswered();
    }
    if (why.failure().blamesCredentials(false)) {
      trouble(memory.doubts().refused(token));
    } else if (why.failure() == LinkFailure.CLOSED && channel != null) {
      trouble(memory.doubts().closed());
      attachments.closed();
    }
    ended();
  }

  private void trouble(TokenDoubts.@Nullable Doubt doubt) {
    if (doubt != null) {
      memory.troubles().add(doubt.kind(), topics.gateway(), doubt.words());
    }
  }

  @Override
  public void ended() {
    over = true;
    side.stop();
    states.stop();
    hearing.stop();
    turns.stop();
    messages.ended();
  }
}
