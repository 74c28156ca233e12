package dev.sluice.gateway.uplink.clearblade;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a device shows instead of a password: a JSON Web Token (RFC 7519) for one audience, signed
 * RS256 or ES256 (RFC 7518, 3.3 and 3.4) by what the key is.
 *
 * @param text the secret
 * @param algorithm by its name in RFC 7518
 */
record Token(String text, String algorithm, String audience, Instant issued, Duration lifetime) {

  /** Signs one; takes some milliseconds with RSA. */
  static Token sign(PrivateKey key, String audience, Instant now, Duration lifetime) {
    Instant issued = now.truncatedTo(ChronoUnit.SECONDS); // claims are in seconds
    Algorithm algorithm = algorithm(key);
    String text =
        JWT.create()
            .withAudience(audience)
            .withIssuedAt(issued)
            .withExpiresAt(issued.plus(lifetime))
            .sign(algorithm);
    return new Token(text, algorithm.getName(), audience, issued, lifetime);
  }

  private static Algorithm algorithm(PrivateKey key) {
    if (key instanceof RSAPrivateKey rsa) {
      return Algorithm.RSA256(null, rsa);
    }
    if (key instanceof ECPrivateKey ec) {
      return Algorithm.ECDSA256(null, ec);
    }
    throw new IllegalStateException("BUG: a key for " + key.getAlgorithm());
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return algorithm + " for " + audience + " from " + issued + " for " + lifetime;
  }
}
