package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.AwsIotOptions;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said in one connection: readings as with any broker, held to the topics of the platform;
 * the shadow and the jobs beside them.
 */
final class AwsConversation implements Conversation {

  private final Conversation readings;
  private final Login login;
  private final @Nullable Admission admission;
  private final boolean retain;
  private final @Nullable Shadow shadow;
  private final @Nullable Jobs jobs;

  /**
   * One conversation.
   *
   * @param admission by an authorizer; null with a certificate
   * @param retain whether readings are retained
   */
  AwsConversation(
      Conversation readings,
      Login login,
      @Nullable Admission admission,
      boolean retain,
      @Nullable Shadow shadow,
      @Nullable Jobs jobs) {
    this.readings = readings;
    this.login = login;
    this.admission = admission;
    this.retain = retain;
    this.shadow = shadow;
    this.jobs = jobs;
  }

  @Override
  public Login login() {
    return login;
  }

  @Override
  public @Nullable Publication will() {
    return readings.will();
  }

  @Override
  public List<String> subscriptions() {
    var filters = new ArrayList<String>();
    if (shadow != null) {
      filters.addAll(shadow.subscriptions());
    }
    if (jobs != null) {
      filters.addAll(jobs.subscriptions());
    }
    return filters;
  }

  @Override
  public void open(Channel channel) {
    readings.open(channel);
    if (shadow != null) {
      shadow.open(channel);
    }
    if (jobs != null) {
      jobs.open(channel);
    }
  }

  @Override
  public Rendered render(OutboxRecord record, Lane lane, long low) throws RenderException {
    return checked(record.seq(), readings.render(record, lane, low));
  }

  @Override
  public Rendered renderLetter(String stream, OutboxRecord letter, long low)
      throws RenderException {
    return checked(letter.seq(), readings.renderLetter(stream, letter, low));
  }

  /** The platform ends the connection over a topic that is too long. */
  private static Rendered checked(long seq, Rendered rendered) throws RenderException {
    for (Publication message : rendered.messages()) {
      String excess = AwsIotOptions.excess(message.topic());
      if (!excess.isEmpty()) {
        throw new RenderException(
            "record " + seq + ": " + excess + ", at most 256 bytes and 7 slashes", null);
      }
    }
    return rendered;
  }

  @Override
  public Publication seal(Publication message) {
    return readings.seal(message);
  }

  /** As it stands in a policy, behind the account. */
  @Override
  public String rightToPublish(String topic) {
    return "the policy of AWS IoT: iot:Publish on topic/"
        + topic
        + (retain ? ", and iot:RetainPublish as retain is true" : "")
        + "; the log of AWS (AWSIotLogsV2) says what it forbids";
  }

  @Override
  public Verdict received(Incoming message) {
    Verdict verdict = shadow == null ? null : shadow.received(message);
    if (verdict == null && jobs != null) {
      verdict = jobs.received(message);
    }
    return verdict == null ? readings.received(message) : verdict;
  }

  @Override
  public void historyDone() {
    readings.historyDone();
  }

  @Override
  public List<Publication> farewell(long nowMillis) {
    return readings.farewell(nowMillis);
  }

  @Override
  public void ended() {
    stop();
    readings.ended();
  }

  @Override
  public void ended(LinkException why) {
    stop();
    if (admission != null) {
      admission.ended(why);
    }
    readings.ended(why);
  }

  private void stop() {
    if (shadow != null) {
      shadow.ended();
    }
    if (jobs != null) {
      jobs.ended();
    }
  }
}
