package dev.sluice.e2e.cloud.aws;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Judges who connects, and remembers as whom. On the event loop. */
final class AwsLogin {

  /** AWS says this where MQTT 3.1.1 has 5, and knows no other. */
  static final int FORBIDDEN = 7;

  private static final int NOT_AUTHORIZED = 5;

  /** What ALPN says of a client that brings a token instead of a certificate. */
  private static final String WITH_TOKEN = "mqtt";

  private final String endpoint;
  private final Registry registry;
  private final Map<String, Principal> principals = new HashMap<>();

  AwsLogin(String endpoint, Registry registry) {
    this.endpoint = endpoint;
    this.registry = registry;
  }

  Principal principal(String clientId) {
    return principals.get(clientId);
  }

  Verdict judge(ConnectFields fields) {
    if (!fields.serverName().equals(endpoint)) {
      return Verdict.closed("asked for the host '" + fields.serverName() + "' in TLS");
    }
    return fields.protocol().equals(WITH_TOKEN) ? byToken(fields) : byCertificate(fields);
  }

  private Verdict byCertificate(ConnectFields fields) {
    Optional<Principal> principal =
        fields
            .certificate()
            .flatMap(certificate -> registry.principal(certificate, fields.clientId()));
    return principal.map(this::admit).orElse(Verdict.closed("no client certificate"));
  }

  private Verdict byToken(ConnectFields fields) {
    Map<String, String> parameters = Authorizer.parameters(fields.username());
    Optional<Authorizer> authorizer = authorizer(fields);
    if (authorizer.isEmpty()) {
      String name = parameters.getOrDefault(Authorizer.NAME, "");
      return Verdict.refused(NOT_AUTHORIZED, "no authorizer '" + name + "'");
    }
    String refusal = authorizer.get().refusal(parameters);
    return refusal.isEmpty()
        ? admit(new Principal(fields.clientId(), "", authorizer.get().policy()))
        : Verdict.refused(NOT_AUTHORIZED, refusal);
  }

  /** The authorizer of a client that came with a token. */
  Optional<Authorizer> authorizer(ConnectFields fields) {
    return fields.protocol().equals(WITH_TOKEN)
        ? registry.authorizer(
            Authorizer.parameters(fields.username()).getOrDefault(Authorizer.NAME, ""))
        : Optional.empty();
  }

  private Verdict admit(Principal principal) {
    if (!principal.mayConnect()) {
      return Verdict.refused(FORBIDDEN, "the policy forbids the client id " + principal.clientId());
    }
    principals.put(principal.clientId(), principal);
    return Verdict.accepted();
  }
}
