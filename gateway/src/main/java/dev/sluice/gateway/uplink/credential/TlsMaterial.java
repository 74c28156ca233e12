package dev.sluice.gateway.uplink.credential;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What one connection over TLS is made with.
 *
 * @param trust who is trusted; null for those that the Java runtime trusts
 * @param identity certificate and key of this client; null for none
 */
public record TlsMaterial(@Nullable TrustOptions trust, @Nullable KeyCertOptions identity) {

  /** PEM files that are read when the connection is made, for who connects once. */
  public static TlsMaterial pem(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
    return new TlsMaterial(
        ca == null ? null : new PemTrustOptions().addCertPath(ca.toString()),
        certificate == null || key == null
            ? null
            : new PemKeyCertOptions()
                .addCertPath(certificate.toString())
                .addKeyPath(key.toString()));
  }

  /**
   * One that shows what is at hand, to whom it trusts already.
   *
   * @param certificate PEM
   * @param key PEM, not encrypted
   */
  public static TlsMaterial pem(@Nullable TrustOptions trust, String certificate, String key) {
    return new TlsMaterial(
        trust,
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(certificate))
            .addKeyValue(Buffer.buffer(key)));
  }

  /** Whether this client shows a certificate when it is asked for one. */
  public boolean shows() {
    return identity != null;
  }
}
