package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Percent;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A shared access signature, as it was sent.
 *
 * @param resource {@code sr}, not decoded: the signature covers the text as it stands
 * @param signature {@code sig}, decoded from percent encoding and base64
 * @param expiry {@code se}, seconds since 1970
 * @param policy {@code skn}, null when there is none
 */
record SasToken(String resource, byte[] signature, long expiry, String policy) {

  private static final String SCHEME = "SharedAccessSignature ";

  /**
   * Reads one; the order of its fields is free.
   *
   * @throws IllegalArgumentException in words, without the token
   */
  static SasToken parse(String text) {
    if (text == null || !text.startsWith(SCHEME)) {
      throw new IllegalArgumentException("the password is no SharedAccessSignature");
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : text.substring(SCHEME.length()).split("&", -1)) {
      int equals = field.indexOf('=');
      if (equals < 1
          || fields.put(field.substring(0, equals), field.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("the token has a malformed or repeated field");
      }
    }
    for (String name : new String[] {"sr", "sig", "se"}) {
      if (!fields.containsKey(name)) {
        throw new IllegalArgumentException("the token has no " + name);
      }
    }
    if (fields.get("sig").matches(".*[+/=].*")) {
      throw new IllegalArgumentException("the signature is not percent-encoded");
    }
    return new SasToken(
        fields.get("sr"),
        Base64.getDecoder().decode(Percent.decode(fields.get("sig"))),
        Long.parseLong(fields.get("se")),
        fields.get("skn"));
  }

  /** What it gives access to. */
  String scope() {
    return Percent.decode(resource);
  }

  boolean isSignedBy(String key) {
    byte[] expected = hmac(Base64.getDecoder().decode(key), resource + "\n" + expiry);
    return MessageDigest.isEqual(expected, signature);
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The secret stays out of logs. */
  @Override
  public String toString() {
    return "sr=" + resource + " se=" + expiry + " skn=" + policy;
  }
}
