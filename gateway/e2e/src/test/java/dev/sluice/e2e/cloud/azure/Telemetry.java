package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Received;
import java.util.Map;
import java.util.Optional;

/**
 * A message of a device to the cloud, as the hub's consumers get it.
 *
 * @param properties decoded; those of the system begin with {@code $.}
 */
public record Telemetry(Received message, Map<String, String> properties) {

  /** As the hub counts them: the body, and the properties with their values. */
  public int bytes() {
    return message.payload().length + PropertyBag.bytes(properties);
  }

  public Optional<String> contentType() {
    return Optional.ofNullable(properties.get("$.ct"));
  }

  public Optional<String> contentEncoding() {
    return Optional.ofNullable(properties.get("$.ce"));
  }

  /** Whether a rule can look into the body: for that it has to be declared JSON in UTF-8. */
  public boolean isRoutableByBody() {
    return contentType().equals(Optional.of("application/json"))
        && contentEncoding().map(text -> text.equalsIgnoreCase("utf-8")).orElse(false);
  }
}
