package dev.sluice.e2e.cloud.azure;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens for tests of the hub, good ones and bad ones; shares no code with its check. */
final class Sas {

  /** Of ASCII {@code 0123456789abcdef0123456789abcdef}. */
  static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private Sas() {}

  /** The resource as it is to stand in the token. */
  static String token(String resource, String key, long expiry, String more) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
      byte[] signature =
          mac.doFinal((resource + "\n" + expiry).getBytes(StandardCharsets.US_ASCII));
      String encoded =
          Base64.getEncoder()
              .encodeToString(signature)
              .replace("+", "%2B")
              .replace("/", "%2F")
              .replace("=", "%3D");
      return "SharedAccessSignature sr=" + resource + "&sig=" + encoded + "&se=" + expiry + more;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
