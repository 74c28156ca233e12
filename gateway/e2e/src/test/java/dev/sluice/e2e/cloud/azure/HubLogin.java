package dev.sluice.e2e.cloud.azure;

import dev.sluice.e2e.cloud.Certificates;
import dev.sluice.e2e.cloud.ConnectFields;
import dev.sluice.e2e.cloud.Verdict;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges who connects to a hub, and knows until when. */
final class HubLogin {

  static final int BAD_USER_NAME = 4;
  static final int NOT_AUTHORIZED = 5;

  /** Those that over MQTT are in use; the vendor's client of 2025 still says 2020-09-30. */
  private static final Set<String> API_VERSIONS =
      Set.of("2018-06-30", "2019-10-01", "2020-09-30", "2021-04-12", "2021-06-30");

  private static final Pattern USER =
      Pattern.compile("([^/]+)/([^/]+)/\\?api-version=([^&]+)((?:&[A-Za-z-]+=[^&/ ]*)*)");

  private final String host;
  private final Devices devices;
  private final Clock clock;
  private final Map<String, Long> expiries = new ConcurrentHashMap<>();

  HubLogin(String host, Devices devices, Clock clock) {
    this.host = host;
    this.devices = devices;
    this.clock = clock;
  }

  Verdict judge(ConnectFields fields) {
    if (!fields.serverName().equals(host)) {
      return Verdict.closed("asked for the host '" + fields.serverName() + "' in TLS");
    }
    String device = fields.clientId();
    Optional<String> user = badUser(fields.username(), device);
    if (user.isPresent()) {
      return Verdict.refused(BAD_USER_NAME, user.get());
    }
    if (!devices.has(device)) {
      return Verdict.refused(NOT_AUTHORIZED, "no device " + device);
    }
    expiries.remove(device);
    Optional<String> bad =
        devices.thumbprint(device).isPresent()
            ? badCertificate(fields, devices.thumbprint(device).get())
            : badToken(fields.password(), device);
    return bad.map(reason -> Verdict.refused(NOT_AUTHORIZED, reason)).orElse(Verdict.accepted());
  }

  /** Milliseconds until the credential of a device ends; empty when it does not. */
  Optional<Long> validMillis(String device) {
    return Optional.ofNullable(expiries.get(device)).map(expiry -> expiry * 1_000 - clock.millis());
  }

  private Optional<String> badUser(String username, String device) {
    Matcher user = USER.matcher(username == null ? "" : username);
    if (!user.matches()) {
      return Optional.of("the user name is none: " + username);
    }
    if (!user.group(1).equals(host)) {
      return Optional.of("the user name has the host " + user.group(1));
    }
    if (!user.group(2).equals(device)) {
      return Optional.of("the user name has the device " + user.group(2));
    }
    return API_VERSIONS.contains(user.group(3))
        ? Optional.empty()
        : Optional.of("no api-version " + user.group(3));
  }

  private static Optional<String> badCertificate(ConnectFields fields, String thumbprint) {
    if (fields.password() != null) {
      return Optional.of("a password beside a certificate");
    }
    Optional<String> presented = fields.certificate().map(Certificates::thumbprint);
    if (presented.isEmpty()) {
      return Optional.of("no client certificate");
    }
    return presented.get().equalsIgnoreCase(thumbprint)
        ? Optional.empty()
        : Optional.of("another certificate than the registered one");
  }

  private Optional<String> badToken(String password, String device) {
    SasToken token;
    try {
      token = SasToken.parse(password);
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    String own = host + "/devices/" + device;
    boolean ofHub = token.policy() != null;
    Optional<String> key = ofHub ? devices.policyKey(token.policy()) : devices.key(device);
    if (key.isEmpty()) {
      return Optional.of("no key for " + (ofHub ? "policy " + token.policy() : device));
    }
    if (!token.scope().equals(own) && !(ofHub && token.scope().equals(host))) {
      return Optional.of("the token is for " + token.scope());
    }
    if (!token.isSignedBy(key.get())) {
      return Optional.of("the signature is wrong");
    }
    if (token.expiry() * 1_000 <= clock.millis()) {
      return Optional.of("the token has expired");
    }
    expiries.put(device, token.expiry());
    return Optional.empty();
  }
}
