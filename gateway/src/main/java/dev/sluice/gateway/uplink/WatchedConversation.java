package dev.sluice.gateway.uplink;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the loop-back check what becomes of records. */
record WatchedConversation(Conversation of, LoopbackCheck check) implements Conversation {

  @Override
  public @Nullable Login login() {
    return of.login();
  }

  @Override
  public @Nullable Publication will() {
    return of.will();
  }

  @Override
  public List<String> subscriptions() {
    return of.subscriptions();
  }

  @Override
  public void open(Channel channel) {
    of.open(channel);
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    return told(of.render(record, lane, low));
  }

  @Override
  public Rendered renderLetter(String stream, OutboxRecord letter, long low)
      throws RenderException {
    Rendered rendered = of.renderLetter(stream, letter, low);
    return rendered.losses() > 0 ? rendered : told(rendered); // with losses it is not sent
  }

  private Rendered told(Rendered rendered) {
    if (!rendered.messages().isEmpty()) {
      check.rendered(rendered.messages().get(0));
    }
    return rendered;
  }

  @Override
  public Publication seal(Publication message) {
    Publication sealed = of.seal(message);
    check.writing(sealed);
    return sealed;
  }

  @Override
  public String place(String topic) {
    return of.place(topic);
  }

  @Override
  public String rightToPublish(String topic) {
    return of.rightToPublish(topic);
  }

  @Override
  public long settleMillis() {
    return of.settleMillis();
  }

  @Override
  public Verdict received(Incoming message) {
    return of.received(message);
  }

  @Override
  public void refused(Incoming message, Answer why) {
    of.refused(message, why);
  }

  @Override
  public void historyDone() {
    of.historyDone();
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    return of.farewell(nowMillis);
  }

  @Override
  public void ended() {
    of.ended();
  }

  @Override
  public void ended(LinkException why) {
    of.ended(why);
  }
}
