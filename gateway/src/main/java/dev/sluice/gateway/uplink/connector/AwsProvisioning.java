package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.uplink.mqtt.ProxyServer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fleet provisioning by claim: with the certificate of the TLS options, which opens nothing else, a
 * certificate of this gateway's own is asked for.
 *
 * @param template name of the provisioning template
 * @param parameters of it
 * @param proxy through which; null for straight
 */
public record AwsProvisioning(
    String template, Map<String, String> parameters, @Nullable ProxyServer proxy) {

  /** Remembers a copy. */
  public AwsProvisioning {
    parameters = Map.copyOf(parameters);
  }
}
