package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection to a hub. It says nothing of its own: the hub knows who is connected. */
final class AzureConversation implements Conversation {

  private final Login login;
  private final Telemetry telemetry;

  AzureConversation(Login login, Telemetry telemetry) {
    this.login = login;
    this.telemetry = telemetry;
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
  public void open(Channel channel) {
    channel.ready();
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
  public List<Publication> farewell(long nowMillis) {
    return List.of();
  }
}
