package dev.sluice.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What an uplink logs in with.
 *
 * @param clientId as the broker knows this gateway
 */
record Account(
    String clientId,
    @Nullable String username,
    @Nullable String password,
    @Nullable Path passwordFile) {

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return clientId;
  }
}
