package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.Certificates;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The certificates that an account has activated, and its custom authorizers. Thread-safe. */
final class Registry {

  private record Entry(String thing, Policy policy) {}

  private final Map<String, Entry> certificates = new ConcurrentHashMap<>();
  private final Map<String, Authorizer> authorizers = new ConcurrentHashMap<>();

  void activate(X509Certificate certificate, String thing, Policy policy) {
    certificates.put(Certificates.thumbprint(certificate), new Entry(thing, policy));
  }

  void deactivate(X509Certificate certificate) {
    certificates.remove(Certificates.thumbprint(certificate));
  }

  boolean knows(X509Certificate certificate) {
    return certificates.containsKey(Certificates.thumbprint(certificate));
  }

  Optional<Principal> principal(X509Certificate certificate, String clientId) {
    return Optional.ofNullable(certificates.get(Certificates.thumbprint(certificate)))
        .map(entry -> new Principal(clientId, entry.thing(), entry.policy()));
  }

  void add(Authorizer authorizer) {
    authorizers.put(authorizer.name(), authorizer);
  }

  Optional<Authorizer> authorizer(String name) {
    return Optional.ofNullable(authorizers.get(name));
  }
}
