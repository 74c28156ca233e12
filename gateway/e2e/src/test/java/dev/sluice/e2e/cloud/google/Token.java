package dev.sluice.e2e.cloud.google;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * A JSON Web Token by the platform's rules: RS256 or ES256, one audience, a day at most, base64url
 * that is exact to the last bit. Java alone, so that no library forgives anything.
 *
 * @param expires the claim {@code exp}, without tolerance
 */
record Token(Instant expires) {

  /** How far the clocks of platform and device may be apart. */
  static final Duration SKEW = Duration.ofMinutes(10);

  private static final Duration LONGEST = Duration.ofHours(24);

  /** 32 bytes of R and 32 of S; the DER form that Java makes by default is longer. */
  private static final int ES256_BYTES = 64;

  /** Why a token is not taken; never with the token itself. */
  static final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason);
    }
  }

  /**
   * That of a device, and of no other.
   *
   * @throws Refused also when another device of the registry signed it, saying which
   */
  static Token verify(String compact, Registry registry, Device device, Instant now)
      throws Refused {
    String[] parts = compact.split("\\.", -1);
    if (parts.length != 3) {
      throw new Refused("token of " + parts.length + " parts");
    }
    JsonObject header = json(parts[0]);
    JsonObject claims = json(parts[1]);
    if (!"JWT".equals(header.getString("typ"))) {
      throw new Refused("token type " + header.getString("typ"));
    }
    String algorithm = String.valueOf(header.getString("alg"));
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    byte[] signature = decode(parts[2]);
    checkAlgorithm(algorithm, signature);
    if (!isSigned(algorithm, signed, signature, device.keys())) {
      throw new Refused(
          registry
              .first(other -> isSigned(algorithm, signed, signature, other.keys()))
              .map(other -> "signature of " + other.id() + ", not of " + device.id())
              .orElse("signature of no key of the device"));
    }
    if (!registry.project().equals(claims.getValue("aud"))) {
      throw new Refused("token for audience " + claims.getValue("aud"));
    }
    return new Token(checkTimes(instant(claims, "iat"), instant(claims, "exp"), now));
  }

  private static Instant checkTimes(Instant issued, Instant expires, Instant now) throws Refused {
    if (!expires.isAfter(issued)) {
      throw new Refused("token expires before it is issued");
    }
    if (Duration.between(issued, expires).compareTo(LONGEST) > 0) {
      throw new Refused("token valid for more than a day");
    }
    if (issued.isAfter(now.plus(SKEW))) {
      throw new Refused("token from the future");
    }
    if (!expires.plus(SKEW).isAfter(now)) {
      throw new Refused("token expired");
    }
    return expires;
  }

  private static void checkAlgorithm(String algorithm, byte[] signature) throws Refused {
    if (!algorithm.equals("RS256") && !algorithm.equals("ES256")) {
      throw new Refused("algorithm " + algorithm);
    }
    if (algorithm.equals("ES256") && signature.length != ES256_BYTES) {
      throw new Refused("ES256 signature of " + signature.length + " bytes");
    }
  }

  private static boolean isSigned(
      String algorithm, byte[] signed, byte[] signature, List<PublicKey> keys) {
    return keys.stream()
        .anyMatch(
            key ->
                algorithm.equals("RS256")
                    ? key instanceof RSAPublicKey
                        && verifies("SHA256withRSA", key, signed, signature)
                    : key instanceof ECPublicKey
                        && verifies("SHA256withECDSAinP1363Format", key, signed, signature));
  }

  private static boolean verifies(String name, PublicKey key, byte[] signed, byte[] signature) {
    try {
      Signature check = Signature.getInstance(name);
      check.initVerify(key);
      check.update(signed);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Instant instant(JsonObject claims, String name) throws Refused {
    if (!(claims.getValue(name) instanceof Number seconds)) {
      throw new Refused("claim " + name + " is " + claims.getValue(name));
    }
    return Instant.ofEpochSecond(seconds.longValue());
  }

  private static JsonObject json(String part) throws Refused {
    try {
      return new JsonObject(new String(decode(part), StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw new Refused("token part is no JSON");
    }
  }

  /** Only the one spelling that an encoder makes: no padding, no stray bits. */
  private static byte[] decode(String part) throws Refused {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new Refused("token part is no base64url");
    }
    throw new Refused("token part is sloppy base64url");
  }
}
