package dev.sluice.gateway.uplink.credential;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the credentials of an uplink come from.
 *
 * @param tls null for a connection that is not encrypted
 * @param password as configured; null for none, or with a file
 * @param passwordFile where it is read from at each attempt; null for none
 */
public record CredentialOptions(
    @Nullable TlsOptions tls, @Nullable String password, @Nullable Path passwordFile) {

  boolean onDisk() {
    return tls != null || passwordFile != null;
  }

  Duration checkEvery() {
    return (tls == null ? TlsOptions.DEFAULTS : tls).checkEvery();
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return tls + (passwordFile == null ? "" : ", password from " + passwordFile);
  }
}
