package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Compression;
import dev.sluice.gateway.uplink.connector.ConnectorOptions;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import java.net.URI;

/**
 * Where an uplink leads, and how hard it tries. Equal options mean that nothing changed.
 *
 * @param id of the uplink; names its cursor
 * @param gateway id of the gateway
 * @param connector how the upstream wants it
 * @param link the way there
 * @param refusals how often the broker must close the connection over the same record before it is
 *     set aside, 1 to 1000
 * @param flow what goes first, and how fast
 * @param commands whether it may have points written to that are open for it
 */
public record UplinkOptions(
    String id,
    String gateway,
    ConnectorOptions connector,
    LinkOptions link,
    int refusals,
    FlowOptions flow,
    boolean commands) {

  /**
   * Checks everything that can be checked without files and network.
   *
   * @throws UplinkOptionsException with all problems
   */
  public UplinkOptions {
    var problems = new UplinkProblems();
    problems.names(id, gateway);
    problems.addAll(connector.problems());
    link.check(problems);
    problems.within("refusals", refusals, 1, 1_000);
    flow.check(problems);
    problems.throwIfAny();
  }

  /** One that may not command. */
  public UplinkOptions(
      String id,
      String gateway,
      ConnectorOptions connector,
      LinkOptions link,
      int refusals,
      FlowOptions flow) {
    this(id, gateway, connector, link, refusals, flow, false);
  }

  /** To an MQTT broker, with everything else at its default. */
  public static UplinkOptions of(String id, String gateway, URI url, String topic) {
    return new UplinkOptions(
        id,
        gateway,
        new MqttOptions(topic, Form.JSON, Compression.NONE, "sluice/{gateway}/{uplink}/status"),
        LinkOptions.of(url, gateway + "-" + id),
        5,
        FlowOptions.DEFAULTS);
  }

  /** The same with another flow. */
  public UplinkOptions with(FlowOptions other) {
    return new UplinkOptions(id, gateway, connector, link, refusals, other, commands);
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return "uplink " + id + " (" + connector.word() + ") to " + link;
  }
}
