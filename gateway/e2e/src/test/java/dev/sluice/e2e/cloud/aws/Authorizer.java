package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.Percent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * A custom authorizer: takes every token that is signed with its key and, if it says until when it
 * is good, is not over. Its function is asked at each connect, and then time and again with what
 * the client showed there; a connection ends when it says no, and in any case after a while.
 *
 * @param tokenKey under which name the user name carries the token
 * @param key of RSA
 * @param refreshAfter its refreshAfterInSeconds, which at AWS is 5 min to 1 day
 * @param disconnectAfter its disconnectAfterInSeconds, which at AWS is 5 min to 1 day
 */
public record Authorizer(
    String name,
    String tokenKey,
    PublicKey key,
    Policy policy,
    Duration refreshAfter,
    Duration disconnectAfter) {

  /** One that lets a connection stand for a day. */
  public Authorizer(String name, String tokenKey, PublicKey key, Policy policy) {
    this(name, tokenKey, key, policy, Duration.ofMinutes(5), Duration.ofDays(1));
  }

  /** Why a token is refused that was good. */
  public static final String EXPIRED = "the token has expired";

  static final String NAME = "x-amz-customauthorizer-name";
  private static final String SIGNATURE = "x-amz-customauthorizer-signature";

  /** What stands behind the question mark of a user name, not decoded. */
  static Map<String, String> parameters(String username) {
    var parameters = new HashMap<String, String>();
    int mark = username == null ? -1 : username.indexOf('?');
    if (mark >= 0) {
      for (String parameter : username.substring(mark + 1).split("&", -1)) {
        int equals = parameter.indexOf('=');
        if (equals > 0) {
          parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1));
        }
      }
    }
    return parameters;
  }

  /** Why it does not let in; empty when it does. */
  String refusal(Map<String, String> parameters) {
    String token = parameters.get(tokenKey);
    String signature = parameters.get(SIGNATURE);
    if (token == null || signature == null) {
      return "no " + (token == null ? tokenKey : SIGNATURE) + " in the user name";
    }
    if (signature.matches(".*[+/=].*")) {
      return "the signature is not percent-encoded";
    }
    try {
      Signature verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(key);
      verifier.update(token.getBytes(StandardCharsets.UTF_8));
      boolean good = verifier.verify(Base64.getDecoder().decode(Percent.decode(signature)));
      return good ? over(token) : "the token is not signed by the authorizer's key";
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return "the signature is none: " + e.getMessage();
    }
  }

  /** As {@link #expiring} writes it; other tokens are good for ever. */
  private static String over(String token) {
    String[] parts = token.split("\\.");
    if (parts.length != 3) {
      return "";
    }
    byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
    Instant expiry = Instant.ofEpochSecond(new JsonObject(Buffer.buffer(claims)).getLong("exp"));
    return expiry.isAfter(Instant.now()) ? "" : EXPIRED;
  }

  /**
   * A JSON Web Token that is good until then; its own signature is none, its authorizer's counts.
   */
  public static String expiring(Instant expiry) {
    String claims = new JsonObject().put("exp", expiry.getEpochSecond()).encode();
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return "e30." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
  }
}
