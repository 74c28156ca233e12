package dev.sluice.gateway.uplink.aws;

import dev.sluice.gateway.uplink.credential.TlsMaterial;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key that was made here, and the certificate that was issued for it.
 *
 * @param key PEM, PKCS #8
 * @param certificate PEM
 * @param token proves to the platform whose the certificate is, for an hour; empty once it is used
 * @param thing that the certificate is for; empty until the platform told
 */
record OwnIdentity(String key, String certificate, String token, String thing) {

  private static final String ABOUT =
      """
      # Key and certificate of this gateway, made by fleet provisioning.
      # Without this file it is provisioned anew.
      """;

  private static final Pattern TOKEN = Pattern.compile("(?m)^# token: (\\S+)$");
  private static final Pattern THING = Pattern.compile("(?m)^# thing: (\\S+)$");
  private static final Pattern KEY = block("PRIVATE KEY");
  private static final Pattern CERTIFICATE = block("CERTIFICATE");

  private static Pattern block(String label) {
    return Pattern.compile(
        "(?s)((?:-----BEGIN " + label + "-----\n.*?-----END " + label + "-----\n?\\s*)+)");
  }

  boolean isComplete() {
    return !thing.isEmpty();
  }

  /** The same, when it is known for which thing. */
  OwnIdentity as(String name) {
    return new OwnIdentity(key, certificate, "", name);
  }

  /** One file, so that a key without its certificate is never found. */
  String file() {
    return ABOUT
        + (token.isEmpty() ? "" : "# token: " + token + "\n")
        + (thing.isEmpty() ? "" : "# thing: " + thing + "\n")
        + key
        + certificate;
  }

  /** Null for a text that is no such file. */
  static @Nullable OwnIdentity of(String file) {
    String key = found(KEY, file);
    String certificate = found(CERTIFICATE, file);
    return key.isEmpty() || certificate.isEmpty()
        ? null
        : new OwnIdentity(key, certificate, found(TOKEN, file), found(THING, file));
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** To show it to whom the claim trusts. */
  TlsMaterial tls(@Nullable TlsMaterial claim) {
    return TlsMaterial.pem(claim == null ? null : claim.trust(), certificate, key);
  }

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "identity of " + (thing.isEmpty() ? "no thing yet" : thing);
  }
}
