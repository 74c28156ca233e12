package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Verdict;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges who connects to the provisioning service. */
final class DpsLogin {

  private static final Pattern USER =
      Pattern.compile(
          "([^/]+)/registrations/([^/]+)/api-version=(\\d{4}-\\d{2}-\\d{2})(&ClientVersion=[^&/ ]+)?");
  private static final Pattern REGISTRATION = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final String API_VERSION = "2019-03-31";

  /** The documents demand the first; the vendor's client for Java sends the second. */
  private static final Set<String> POLICIES = Set.of("registration", "");

  private final String host;
  private final String idScope;
  private final Enrollments enrollments;
  private final Clock clock;

  DpsLogin(String host, String idScope, Enrollments enrollments, Clock clock) {
    this.host = host;
    this.idScope = idScope;
    this.enrollments = enrollments;
    this.clock = clock;
  }

  Verdict judge(ConnectFields fields) {
    if (!fields.serverName().equals(host)) {
      return Verdict.closed("asked for the host '" + fields.serverName() + "' in TLS");
    }
    Optional<String> user = badUser(fields);
    if (user.isPresent()) {
      return Verdict.refused(HubLogin.BAD_USER_NAME, user.get());
    }
    Optional<String> thumbprint = enrollments.thumbprint(fields.clientId());
    Optional<String> bad =
        thumbprint.isPresent()
            ? Enrollments.badCertificate(fields, thumbprint.get())
            : badToken(fields);
    return bad.map(reason -> Verdict.refused(HubLogin.NOT_AUTHORIZED, reason))
        .orElse(Verdict.accepted());
  }

  private Optional<String> badUser(ConnectFields fields) {
    Matcher user = USER.matcher(fields.username() == null ? "" : fields.username());
    if (!user.matches()) {
      return Optional.of("the user name is none: " + fields.username());
    }
    if (!user.group(1).equals(idScope)) {
      return Optional.of("no id scope " + user.group(1));
    }
    if (!user.group(2).equals(fields.clientId())
        || !REGISTRATION.matcher(fields.clientId()).matches()) {
      return Optional.of("registration " + user.group(2) + " as " + fields.clientId());
    }
    return user.group(3).compareTo(API_VERSION) >= 0
        ? Optional.empty()
        : Optional.of("no api-version " + user.group(3));
  }

  private Optional<String> badToken(ConnectFields fields) {
    SasToken token;
    try {
      token = SasToken.parse(fields.password());
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    if (!token.scope().equals(idScope + "/registrations/" + fields.clientId())) {
      return Optional.of("the token is for " + token.scope());
    }
    if (token.policy() == null || !POLICIES.contains(token.policy())) {
      return Optional.of("the token has skn=" + token.policy());
    }
    Optional<String> key = enrollments.key(fields.clientId());
    if (key.isEmpty()) {
      return Optional.of("no enrolment of " + fields.clientId());
    }
    if (!token.isSignedBy(key.get())) {
      return Optional.of("the signature is wrong");
    }
    return token.expiry() * 1_000 > clock.millis()
        ? Optional.empty()
        : Optional.of("the token has expired");
  }
}
