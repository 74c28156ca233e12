package dev.sluice.gateway.uplink.watson;

import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Login;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.connector.WatsonOptions;
import dev.sluice.gateway.uplink.credential.Credentials;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A gateway of IBM Watson IoT Platform; see the documentation of this package. */
public final class WatsonConnector implements Connector {

  private final WatsonForm form;
  private final ConnectorSite site;
  private final RandomGenerator random = new SplittableRandom(new SecureRandom().nextLong());
  private final ThingNames names;
  private final Held held;

  /**
   * Nobody is held back yet.
   *
   * @param uplink id of the uplink
   * @param maxMessageBytes of one message as the broker sees it
   */
  public WatsonConnector(
      WatsonOptions options,
      String gateway,
      String uplink,
      int maxMessageBytes,
      ConnectorSite site) {
    this.form = new WatsonForm(options, gateway, uplink, maxMessageBytes);
    this.site = site;
    this.names = new ThingNames(form);
    this.held = new Held(uplink, options.retry(), site.time(), random, site.complaints());
  }

  @Override
  public Future<Conversation> begin(String stream, Credentials with) {
    String token = with.password();
    String user = token == null ? null : WatsonOptions.USER; // else the certificate says who it is
    Login login = Login.of(form.options().clientId(), user, token);
    Context context = Vertx.currentContext();
    Turns turns = Turns.of(context.owner(), context);
    return Future.succeededFuture(
        new WatsonConversation(form, stream, site, login, names, held, turns, random));
  }

  @Override
  public void close() {}
}
