package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.Percent;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * A custom authorizer: takes every token that is signed with its key.
 *
 * @param tokenKey under which name the user name carries the token
 * @param key of RSA
 */
public record Authorizer(String name, String tokenKey, PublicKey key, Policy policy) {

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
      return good ? "" : "the token is not signed by the authorizer's key";
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return "the signature is none: " + e.getMessage();
    }
  }
}
