package dev.sluice.gateway.uplink.mqtt;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.mqtt.MqttConnectionException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** From what the network, TLS and the client library throw to a reason that a person can act on. */
final class Diagnosis {

  private static final int MAX_DEPTH = 16;

  private static final String PLAIN_HINT =
      "is it a broker that listens there, and not a web server, or a broker that wants TLS?";

  /** What the decoder says of a CONNACK with a code that MQTT 3.1.1 does not have. */
  private static final String UNKNOWN_CODE = "unknown connect return code: ";

  /** AWS IoT Core says so where MQTT 3.1.1 has 5. */
  private static final int BY_POLICY = 7;

  private Diagnosis() {}

  /**
   * Why an attempt failed or a connection ended.
   *
   * @param error the last one seen; null if the peer just closed
   * @param greeted whether the broker had accepted the connection
   * @param clientCertificate whether this side would have shown one
   * @param tls whether the connection is over TLS
   */
  static LinkException of(
      @Nullable Throwable error, boolean greeted, boolean tls, boolean clientCertificate) {
    LinkFailure failure = LinkFailure.CLOSED;
    int depth = 0;
    for (Throwable t = error; t != null && depth < MAX_DEPTH; t = t.getCause(), depth++) {
      LinkFailure found = one(t);
      // The deepest cause that says something says the most.
      failure = found == null ? failure : found;
    }
    if (failure == LinkFailure.CLOSED) {
      String hint = tls ? certificateHint(clientCertificate) : PLAIN_HINT;
      return new LinkException(failure, greeted ? "" : hint, error);
    }
    if (failure == LinkFailure.NOT_MQTT && !greeted && WebAnswer.isNoPuback(deepest(error))) {
      return new LinkException(failure, WebAnswer.WORDS, error);
    }
    return new LinkException(failure, detail(failure, error), error);
  }

  /**
   * The same of a connection that stood: there, too large a packet is no proof that no broker
   * speaks.
   */
  static LinkException midSession(LinkException why) {
    Throwable t = why.getCause();
    for (int depth = 0; t != null && depth < MAX_DEPTH; t = t.getCause(), depth++) {
      if (t instanceof TooLongFrameException) {
        String detail =
            message(t) + "; remove what is retained on a topic that this uplink subscribes to";
        return new LinkException(LinkFailure.TOO_LARGE, detail, t);
      }
    }
    return why;
  }

  /** Under TLS 1.3 a refused client certificate often shows as a bare close. */
  private static String certificateHint(boolean shown) {
    return shown
        ? "over TLS this may mean that the client certificate is not accepted, or no TLS spoken"
        : "over TLS this may mean that a client certificate is expected, and none is configured,"
            + " or that no TLS is spoken there";
  }

  private static @Nullable LinkFailure one(Throwable t) {
    if (t instanceof MqttConnectionException refused) {
      return refusal(refused.code());
    }
    if (t instanceof UnknownHostException) {
      return LinkFailure.NAME_NOT_FOUND;
    }
    if (t instanceof NoRouteToHostException) {
      return LinkFailure.UNREACHABLE;
    }
    if (t instanceof ConnectException) {
      return connect(message(t));
    }
    if (t instanceof CertificateExpiredException) {
      return LinkFailure.TLS_EXPIRED;
    }
    if (t instanceof CertificateNotYetValidException) {
      return LinkFailure.TLS_NOT_YET_VALID;
    }
    if (t instanceof CertPathBuilderException || t instanceof CertPathValidatorException) {
      return LinkFailure.TLS_UNTRUSTED;
    }
    if (t instanceof SSLException || t instanceof java.security.cert.CertificateException) {
      return tls(message(t));
    }
    if (t instanceof java.security.GeneralSecurityException
        || t instanceof java.nio.file.FileSystemException
        || t instanceof io.vertx.core.file.FileSystemException
        || message(t).contains("-----begin")) {
      return LinkFailure.TLS_FILES;
    }
    if (t.getClass().getName().startsWith("io.netty.handler.codec.")) {
      return LinkFailure.NOT_MQTT;
    }
    if (message(t).startsWith(UNKNOWN_CODE)) {
      return message(t).equals(UNKNOWN_CODE + BY_POLICY)
          ? LinkFailure.REFUSED_BY_POLICY
          : LinkFailure.REFUSED_OTHER;
    }
    if (message(t).contains("network is unreachable")) {
      return LinkFailure.UNREACHABLE;
    }
    boolean plainClose =
        t instanceof java.io.IOException || message(t).equals("closed") || message(t).isEmpty();
    return plainClose ? null : LinkFailure.OTHER;
  }

  private static LinkFailure connect(String message) {
    if (message.contains("timed out")) {
      return LinkFailure.NO_ANSWER;
    }
    return message.contains("unreachable") || message.contains("no route")
        ? LinkFailure.UNREACHABLE
        : LinkFailure.CONNECTION_REFUSED;
  }

  private static @Nullable LinkFailure tls(String message) {
    if (message.contains("failed to create ssl connection")
        || message.contains("while ssl/tls handshake was in progress")) {
      return null; // the peer closed, unless a deeper cause says more
    }
    if (message.contains("not an ssl/tls record")) {
      return LinkFailure.NOT_TLS;
    }
    if (message.contains("no subject alternative") || message.contains("no name matching")) {
      return LinkFailure.TLS_HOST_NAME;
    }
    if (message.contains("protocol_version")
        || message.contains("selected protocol version")
        || message.contains("insufficient_security")) {
      return LinkFailure.TLS_VERSION;
    }
    // Alerts that the broker sends about what we showed, or did not show (RFC 8446, 6.2).
    if (message.contains("received fatal alert")
        && (message.contains("certificate") || message.contains("unknown_ca"))) {
      return LinkFailure.TLS_CLIENT_CERTIFICATE;
    }
    return LinkFailure.TLS_OTHER;
  }

  private static LinkFailure refusal(MqttConnectReturnCode code) {
    return switch (code) {
      case CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION -> LinkFailure.REFUSED_VERSION;
      case CONNECTION_REFUSED_IDENTIFIER_REJECTED -> LinkFailure.REFUSED_CLIENT_ID;
      case CONNECTION_REFUSED_SERVER_UNAVAILABLE -> LinkFailure.REFUSED_UNAVAILABLE;
      case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD -> LinkFailure.REFUSED_CREDENTIALS;
      case CONNECTION_REFUSED_NOT_AUTHORIZED -> LinkFailure.REFUSED_NOT_AUTHORIZED;
      default -> LinkFailure.REFUSED_OTHER;
    };
  }

  private static String detail(LinkFailure failure, @Nullable Throwable error) {
    return switch (failure) {
      case NOT_TLS -> WebAnswer.is(deepest(error)) ? WebAnswer.WORDS : "";
      case TLS_OTHER,
          TLS_VERSION,
          TLS_FILES,
          TLS_HOST_NAME,
          TLS_CLIENT_CERTIFICATE,
          OTHER,
          REFUSED_OTHER ->
          deepest(error);
      default -> "";
    };
  }

  private static String deepest(@Nullable Throwable error) {
    String text = "";
    int depth = 0;
    for (Throwable t = error; t != null && depth < MAX_DEPTH; t = t.getCause(), depth++) {
      if (t instanceof MqttConnectionException refused) {
        text = String.valueOf(refused.code());
      } else if (t.getMessage() != null) {
        text = t.getMessage();
      }
    }
    return text;
  }

  private static String message(Throwable t) {
    String message = t.getMessage();
    return message == null ? "" : message.toLowerCase(Locale.ROOT);
  }
}
