package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.SparkplugOptions;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.credential.Credentials;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** An Edge Node of Sparkplug B 3.0; see the documentation of this package. */
public final class SparkplugConnector implements Connector {

  private final SparkplugForm form;
  private final ConnectorSite site;
  private final BdSeq bdSeq;

  /** By server: what one broker says of the host is no news of another. */
  private final Map<Integer, HostState> hosts = new HashMap<>();

  private final Rejections rejections;

  /**
   * Touches no file yet.
   *
   * @param uplink id of the uplink
   * @param maxMessageBytes of one message as the broker sees it
   */
  public SparkplugConnector(
      SparkplugOptions options, String uplink, int maxMessageBytes, ConnectorSite site) {
    this.form = new SparkplugForm(options, uplink, maxMessageBytes);
    this.site = site;
    Path state = site.state();
    this.bdSeq = new BdSeq(state == null ? null : state.resolve("sparkplug-" + uplink + ".bdseq"));
    this.rejections = new Rejections(uplink);
  }

  @Override
  public Future<Conversation> begin(String stream, Credentials with) {
    Context context = Vertx.currentContext();
    Turns turns = Turns.of(context.owner(), context);
    return bdSeq
        .next(context)
        .map(
            number ->
                new SparkplugConversation(
                    form, site, number, turns, this::host, bdSeq, rejections));
  }

  private HostState host(int server) {
    return hosts.computeIfAbsent(server, ignored -> new HostState());
  }

  @Override
  public void close() {}
}
