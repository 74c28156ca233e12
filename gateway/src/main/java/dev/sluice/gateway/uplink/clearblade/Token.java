package dev.sluice.gateway.uplink.clearblade;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * What a device shows instead of a password: a JSON Web Token (RFC 7519) for one audience, signed
 * RS256 or ES256 (RFC 7518, 3.3 and 3.4) by what the key is.
 *
 * @param text the secret
 * @param algorithm by its name in RFC 7518
 * @param print of the key, to know it again; told to nobody
 */
record Token(
    String text,
    String algorithm,
    String audience,
    Instant issued,
    Duration lifetime,
    String print) {

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
    return new Token(text, algorithm.getName(), audience, issued, lifetime, print(key));
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

  private static String print(PrivateKey key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(key.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: a runtime without SHA-256", e);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return algorithm + " for " + audience + " from " + issued + " for " + lifetime;
  }
}
