package dev.sluice.gateway.uplink.azure;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection to a hub. It says nothing of its own: the hub knows who is connected. */
final class AzureConversation implements Conversation {

  private final Login login;
  private final Telemetry telemetry;
  private final Voice voice;
  private final Inbox inbox;
  private final Places places;
  private final Complaints complaints;
  private final TimeSource time;

  AzureConversation(
      Login login,
      Telemetry telemetry,
      Voice voice,
      Inbox inbox,
      Places places,
      Complaints complaints,
      TimeSource time) {
    this.login = login;
    this.telemetry = telemetry;
    this.voice = voice;
    this.inbox = inbox;
    this.places = places;
    this.complaints = complaints;
    this.time = time;
  }

  @Override
  public Login login() {
    return login;
  }

  @Override
  public @Nullable Publication will() {
    return null;
  }

  @Override
  public List<String> subscriptions() {
    return inbox.subscriptions();
  }

  @Override
  public void open(Channel channel) {
    places.connected();
    voice.open(channel);
    inbox.open();
    channel.ready();
  }

  @Override
  public Verdict received(Incoming message) {
    return voice.isOver() ? Verdict.TAKEN : inbox.received(message);
  }

  @Override
  public void refused(Incoming message, Answer why) {
    if (!voice.isOver()) {
      inbox.refused(message, why);
    }
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    return telemetry.render(record, lane, low);
  }

  @Override
  public Rendered renderLetter(String stream, OutboxRecord letter, long low)
      throws RenderException {
    return telemetry.renderLetter(stream, letter, low);
  }

  @Override
  public String place(String topic) {
    return Telemetry.place(topic);
  }

  /** A hub takes whatever a device says, so that a right is not what is missing. */
  @Override
  public String rightToPublish(String topic) {
    return "the hub: has it used up its messages of the day (403002, until 0:00 UTC), or does it take"
        + " less at once than maxMessageRate and maxMessageBytes say? Its metrics and its log"
        + " (Connections, Device telemetry) tell";
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    return List.of();
  }

  @Override
  public void ended() {
    voice.end();
  }

  @Override
  public void ended(LinkException why) {
    switch (why.failure()) {
      case REFUSED_CREDENTIALS, REFUSED_NOT_AUTHORIZED ->
          complaints.add("device_refused", login.toString(), hint());
      default -> {}
    }
    places.failed(why.failure());
    ended();
  }

  /** MQTT 3.1.1 says no more than that; what it can be is known. */
  private String hint() {
    return "is it registered and enabled there, under this id and with this key or certificate? The"
        + " clock of this machine says "
        + time.instant()
        + (time.trusted() ? "" : ", and is not trusted");
  }
}
