package dev.sluice.gateway.uplink.credential;

import java.util.List;

/**
 * How the credentials of an uplink are; a snapshot.
 *
 * @param problem what is wrong with files that are looked at, as a sentence; empty for nothing
 * @param rejected whether the newest password or certificate was refused by the broker, so that the
 *     former takes turns with it
 * @param reloads how often files with something new were taken over, after the first time
 * @param failures how often files became unusable
 * @param rollbacks how often the former were used because the newest were refused
 * @param certificates those that are known
 */
public record CredentialStats(
    String problem,
    boolean rejected,
    long reloads,
    long failures,
    long rollbacks,
    List<Certificate> certificates) {

  public CredentialStats {
    certificates = List.copyOf(certificates);
  }

  /**
   * Until when a certificate is good.
   *
   * @param whose {@code client}, {@code ca} (of those trusted, the one that ends first) or {@code
   *     broker} (as it was shown last)
   * @param subject its name
   * @param expiresMillis by the wall clock
   * @param leftMillis until then; negative when it is over
   */
  public record Certificate(String whose, String subject, long expiresMillis, long leftMillis) {}

  /** Of an uplink without any. */
  public static final CredentialStats NONE = new CredentialStats("", false, 0, 0, 0, List.of());
}
