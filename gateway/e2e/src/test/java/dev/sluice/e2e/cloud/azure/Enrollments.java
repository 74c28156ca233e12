package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.ConnectFields;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who may ask for a place at a hub, and by what it is known. Thread-safe. */
public final class Enrollments {

  private final Map<String, String> keys = new ConcurrentHashMap<>();
  private final Map<String, String> thumbprints = new ConcurrentHashMap<>();
  private final Set<String> disabled = ConcurrentHashMap.newKeySet();
  private final Map<String, Refusal> answers = new ConcurrentHashMap<>();
  private volatile byte[] groupKey;

  /** What the service says instead of a place. */
  record Refusal(int status, Duration retryAfter) {}

  /** An individual enrolment with a symmetric key in base64. */
  public void withKey(String registrationId, String key) {
    keys.put(registrationId, key);
  }

  /** An individual enrolment with the SHA-256 of a certificate, in hex. */
  public void withThumbprint(String registrationId, String sha256) {
    thumbprints.put(registrationId, sha256);
  }

  /** A group: whoever holds a key derived from this one, in base64, for its own registration id. */
  public void group(String key) {
    groupKey = Base64.getDecoder().decode(key);
  }

  /** Still known, but to be turned away when it registers. */
  public void disable(String registrationId) {
    disabled.add(registrationId);
  }

  /** Whoever registers under this id is answered with this status, and nothing comes of it. */
  public void answer(String registrationId, int status, Duration retryAfter) {
    answers.put(registrationId, new Refusal(status, retryAfter));
  }

  Optional<Refusal> answer(String registrationId) {
    return Optional.ofNullable(answers.get(registrationId));
  }

  boolean isDisabled(String registrationId) {
    return disabled.contains(registrationId);
  }

  Optional<String> key(String registrationId) {
    String own = keys.get(registrationId);
    byte[] group = groupKey;
    if (own != null || group == null) {
      return Optional.ofNullable(own);
    }
    return Optional.of(Base64.getEncoder().encodeToString(SasToken.hmac(group, registrationId)));
  }

  Optional<String> thumbprint(String registrationId) {
    return Optional.ofNullable(thumbprints.get(registrationId));
  }

  /** Why a certificate does not prove this registration; empty when it does. */
  static Optional<String> badCertificate(ConnectFields fields, String thumbprint) {
    if (fields.certificate().isEmpty()) {
      return Optional.of("no client certificate");
    }
    var certificate = fields.certificate().get();
    if (!certificate.getSubjectX500Principal().getName().equals("CN=" + fields.clientId())) {
      return Optional.of("the certificate is for " + certificate.getSubjectX500Principal());
    }
    return Certificates.thumbprint(certificate).equalsIgnoreCase(thumbprint)
        ? Optional.empty()
        : Optional.of("another certificate than the enrolled one");
  }
}
