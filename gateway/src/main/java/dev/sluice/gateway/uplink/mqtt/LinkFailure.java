package dev.sluice.gateway.uplink.mqtt;

import java.util.Locale;

/**
 * Why there is no connection, as the operator should read it. The {@link #word()} goes into metrics
 * and logs.
 */
public enum LinkFailure {
  NAME_NOT_FOUND("the name of the broker cannot be resolved"),
  CONNECTION_REFUSED("nothing listens at the broker's address"),
  UNREACHABLE("there is no route to the broker"),
  NO_ANSWER("the broker did not answer in time"),
  REFUSED_VERSION("the broker does not speak MQTT 3.1.1"),
  REFUSED_CLIENT_ID("the broker refuses the client id"),
  REFUSED_UNAVAILABLE("the broker says that it is not available"),
  REFUSED_CREDENTIALS("the broker refuses user name or password"),
  REFUSED_NOT_AUTHORIZED("the broker says that this client is not authorized"),
  REFUSED_OTHER("the broker refuses the connection"),
  TLS_UNTRUSTED("the broker's certificate comes from nobody who is trusted"),
  TLS_HOST_NAME("the broker's certificate is for another host name"),
  TLS_EXPIRED("the broker's certificate has expired; is the clock right?"),
  TLS_NOT_YET_VALID("the broker's certificate is not valid yet; is the clock right?"),
  TLS_CLIENT_CERTIFICATE("the broker does not accept the client certificate"),
  TLS_OTHER("no agreement on TLS"),
  TLS_VERSION("the broker speaks no version of TLS from 1.2 on; it must be updated"),
  TLS_FILES("certificate or key cannot be used"),
  PASSWORD_FILE("the password file cannot be used"),
  NOT_TLS("what listens there does not speak TLS"),
  NOT_MQTT(
      "what listens there does not speak MQTT; is it a web server, or a login page of the network?"),
  PROXY_UNREACHABLE("the proxy cannot be reached"),
  PROXY_REFUSED("the proxy does not connect us to the broker"),
  NOT_WEBSOCKET("what listens there does not open a WebSocket for MQTT"),
  ACKED_AND_DROPPED(
      "the broker acknowledges messages and gives them to nobody; look at its access rules"),
  SUBSCRIPTION_REFUSED("the broker does not let this client subscribe"),
  NOT_PREPARED("there can be no attempt now"),
  HOST_OFFLINE("the primary host is offline"),
  DEVICE_REFUSED("the platform takes nothing of some devices; they are held back"),
  CLOSED("the broker closed the connection without a reason"),
  TAKEN_OVER("another client may be connecting with our client id"),
  PUBLISH_REFUSED(
      "the broker closes over every message to a topic; may this client publish there?"),
  THROTTLED("the broker closes the connection when messages come too fast for it"),
  TOO_LARGE("the broker sends a message that is too large for this client"),
  ACK_TIMEOUT("the broker did not acknowledge in time"),
  SILENT("nothing was heard for one and a half times the keep-alive"),
  NOT_PROVISIONED("the provisioning service gives this gateway no place"),
  REFUSED_BY_POLICY("the policy of the platform does not let this client in"),
  CLOCK_UNTRUSTED("no token is signed by a clock that nobody vouches for"),
  KEY_FILE("the key that signs tokens cannot be used"),
  OTHER("no connection");

  private final String word;
  private final String sentence;

  LinkFailure(String sentence) {
    this.word = name().toLowerCase(Locale.ROOT);
    this.sentence = sentence;
  }

  /** For metrics and logs, for example {@code name_not_found}. */
  public String word() {
    return word;
  }

  /** For people. */
  public String sentence() {
    return sentence;
  }

  /**
   * Whether the cause lies on this machine or in its clock: trying often harms no broker, and it
   * heals at a moment that nobody else knows.
   */
  public boolean isLocal() {
    return switch (this) {
      case NAME_NOT_FOUND,
          UNREACHABLE,
          TLS_EXPIRED,
          TLS_NOT_YET_VALID,
          TLS_FILES,
          PASSWORD_FILE,
          CLOCK_UNTRUSTED,
          KEY_FILE ->
          true;
      default -> false;
    };
  }

  /**
   * Whether somebody said no to this client, and will say it again until a person does something.
   */
  public boolean isRefusal() {
    return switch (this) {
      case REFUSED_VERSION,
          REFUSED_CLIENT_ID,
          REFUSED_CREDENTIALS,
          REFUSED_NOT_AUTHORIZED,
          REFUSED_BY_POLICY,
          REFUSED_OTHER,
          SUBSCRIPTION_REFUSED,
          TLS_CLIENT_CERTIFICATE,
          NOT_PROVISIONED ->
          true;
      default -> false;
    };
  }

  /**
   * Whether an attempt that ended so may have ended over what was shown.
   *
   * @param certificate whether that was a certificate: under TLS 1.3 a refusal of it is often no
   *     more than a close
   */
  public boolean blamesCredentials(boolean certificate) {
    return switch (this) {
      case REFUSED_CREDENTIALS, REFUSED_NOT_AUTHORIZED, REFUSED_BY_POLICY, TLS_CLIENT_CERTIFICATE ->
          true;
      case CLOSED, TLS_OTHER -> certificate;
      default -> false;
    };
  }

  /** Whether no CONNECT packet can have reached a broker. */
  public boolean isBeforeConnect() {
    return switch (this) {
      case NAME_NOT_FOUND,
          CONNECTION_REFUSED,
          UNREACHABLE,
          TLS_UNTRUSTED,
          TLS_HOST_NAME,
          TLS_EXPIRED,
          TLS_NOT_YET_VALID,
          TLS_FILES,
          NOT_TLS,
          CLOCK_UNTRUSTED,
          KEY_FILE,
          NOT_PREPARED ->
          true;
      default -> false;
    };
  }
}
