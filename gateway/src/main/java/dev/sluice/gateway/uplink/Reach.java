package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What else there is to say of the way to a broker.
 *
 * @param alternates further servers, tried in turn when the first is not to be had; at most {@value
 *     #MOST}
 * @param proxy through which all of them are reached; null for none
 * @param loopback whether the first message after the start has to come back before any other goes
 */
public record Reach(List<URI> alternates, @Nullable ProxyServer proxy, boolean loopback) {

  /** How many alternates there may be. */
  public static final int MOST = 8;

  /** One server, reached straight. */
  public static final Reach DIRECT = new Reach(List.of(), null, false);

  public Reach {
    alternates = List.copyOf(alternates);
  }
}
