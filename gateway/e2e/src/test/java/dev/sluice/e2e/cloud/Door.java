package dev.sluice.e2e.cloud;

import dev.sluice.e2e.TestPki;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509TrustManager;

/**
 * A listener with its certificate.
 *
 * @param name how the platform tells its doors apart
 * @param port 0 for any that is free
 * @param certificate of {@code pki}, by name
 * @param protocols what ALPN may choose; a door that has some takes nobody without
 * @param webSocket path at which MQTT is spoken over a WebSocket; empty for MQTT without one
 */
public record Door(
    String name,
    String address,
    int port,
    TestPki pki,
    String certificate,
    List<String> protocols,
    String webSocket) {

  /** One without a WebSocket. */
  public Door(
      String name,
      String address,
      int port,
      TestPki pki,
      String certificate,
      List<String> protocols) {
    this(name, address, port, pki, certificate, protocols, "");
  }

  /** Where every platform speaks MQTT. */
  public static final int MQTT_PORT = 8883;

  /** Stands for 443, for which one would have to be root. */
  public static final int WEB_PORT = 8443;

  NetServerOptions options(Platform platform) {
    var options =
        new NetServerOptions()
            .setHost(address)
            .setPort(port)
            .setSsl(true)
            .setSni(true)
            .setSslHandshakeTimeout(30)
            .setTcpNoDelay(true)
            .setClientAuth(ClientAuth.REQUEST)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(pki.certificate(certificate).toString())
                    .addKeyPath(pki.key(certificate).toString()))
            .setTrustOptions(TrustOptions.wrap(new Registered(platform)));
    options.setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
    if (!protocols.isEmpty()) {
      options.setUseAlpn(true);
      options.getSslOptions().setApplicationLayerProtocols(protocols);
    }
    return options;
  }

  /** A platform knows the certificates that were registered with it, whoever signed them. */
  private record Registered(Platform platform) implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      if (!platform.knows(chain[0])) {
        throw new CertificateException("not registered: " + chain[0].getSubjectX500Principal());
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("BUG: a server checks no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
