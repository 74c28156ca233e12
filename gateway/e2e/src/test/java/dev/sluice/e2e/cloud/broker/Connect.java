package dev.sluice.e2e.cloud.broker;

import dev.sluice.e2e.cloud.Certificates;
import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import java.security.cert.X509Certificate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * A CONNECT packet as it came, and what TLS said before it.
 *
 * @param userName {@code null} when the packet has none
 * @param password {@code null} when the packet has none
 * @param willTopic {@code null} when there is no will
 * @param level 4 is MQTT 3.1.1
 * @param serverName what the client called the server in its TLS hello, empty when it did not
 * @param tls the TLS version that was agreed on
 * @param certificate SHA-256 of the client's, in hex; empty when it showed none
 * @param nanos when, {@link System#nanoTime()}
 */
public record Connect(
    String clientId,
    String userName,
    String password,
    boolean cleanSession,
    int keepAliveSeconds,
    String willTopic,
    int level,
    String serverName,
    String tls,
    String certificate,
    long nanos) {

  static Connect of(MqttEndpoint endpoint) {
    MqttAuth auth = endpoint.auth();
    MqttWill will = endpoint.will();
    SSLSession tls = endpoint.sslSession();
    return new Connect(
        endpoint.clientIdentifier(),
        auth == null ? null : auth.getUsername(),
        auth == null ? null : auth.getPassword(),
        endpoint.isCleanSession(),
        endpoint.keepAliveTimeSeconds(),
        will != null && will.isWillFlag() ? will.getWillTopic() : null,
        endpoint.protocolVersion(),
        serverName(tls),
        tls.getProtocol(),
        certificate(tls),
        System.nanoTime());
  }

  private static String certificate(SSLSession tls) {
    try {
      return Certificates.thumbprint((X509Certificate) tls.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      return "";
    }
  }

  private static String serverName(SSLSession tls) {
    for (SNIServerName name : ((ExtendedSSLSession) tls).getRequestedServerNames()) {
      if (name instanceof SNIHostName host) {
        return host.getAsciiName();
      }
    }
    return "";
  }
}
