package dev.sluice.e2e.cloud.thingsboard;

/**
 * A device of the tenant with the token that is its MQTT user name, or its certificate.
 *
 * @param gateway whether it may speak for others
 */
public record Account(String name, String token, boolean gateway) {

  /** One that is known by the SHA-256 of its certificate, in hex. */
  public static Account certified(String name, String sha256, boolean gateway) {
    return new Account(name, certificate(sha256), gateway);
  }

  static String certificate(String sha256) {
    return "the certificate " + sha256;
  }
}
