package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions.Provision;
import dev.sluice.gateway.uplink.credential.Credentials;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A gateway of ThingsBoard; see the documentation of this package. */
public final class ThingsboardConnector implements Connector {

  private final ThingsboardForm form;
  private final ConnectorSite site;
  private final @Nullable Provisioning provisioning;

  /**
   * Touches no file yet.
   *
   * @param uplink id of the uplink
   * @param maxMessageBytes of one message as the broker sees it
   */
  public ThingsboardConnector(
      ThingsboardOptions options,
      String gateway,
      String uplink,
      int maxMessageBytes,
      ConnectorSite site) {
    this.form = new ThingsboardForm(options, gateway, uplink, maxMessageBytes);
    this.site = site;
    Provision wanted = options.provision();
    Path state = site.state();
    Path file = state == null ? null : state.resolve("thingsboard-" + uplink + ".login");
    this.provisioning =
        wanted == null ? null : new Provisioning(form, wanted, new LoginFile(file), site.time());
  }

  @Override
  public Future<Conversation> begin(String stream, Credentials with) {
    if (provisioning == null) {
      return Future.succeededFuture(conversation(stream, tokenLogin()));
    }
    return provisioning
        .login(Vertx.currentContext(), with)
        .map(login -> conversation(stream, login));
  }

  private Conversation conversation(String stream, @Nullable Login login) {
    return new ThingsboardConversation(form, stream, site, login);
  }

  /** The user name is the token, and there is no password. */
  private @Nullable Login tokenLogin() {
    String token = form.options().token();
    return token == null ? null : Login.of(form.clientId(), token, null);
  }

  @Override
  public void close() {}
}
