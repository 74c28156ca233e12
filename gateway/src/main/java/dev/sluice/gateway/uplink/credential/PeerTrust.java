package dev.sluice.gateway.uplink.credential;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts whom another trusts, if the certificate shown is valid today: one that stands in the trust
 * store itself is taken by the Java runtime without a look at its dates. Remembers what was shown.
 */
final class PeerTrust extends X509ExtendedTrustManager {

  private final X509ExtendedTrustManager other;
  private final InstantSource time;
  private final Consumer<X509Certificate> shown;

  /**
   * In front of another.
   *
   * @param shown told the certificate of each peer, trusted or not; on the thread of the handshake
   */
  PeerTrust(X509ExtendedTrustManager other, InstantSource time, Consumer<X509Certificate> shown) {
    this.other = other;
    this.time = time;
    this.shown = shown;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    shown.accept(chain[0]);
    other.checkServerTrusted(chain, type, engine);
    datesOf(chain[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    shown.accept(chain[0]);
    other.checkServerTrusted(chain, type, socket);
    datesOf(chain[0]);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    shown.accept(chain[0]);
    other.checkServerTrusted(chain, type);
    datesOf(chain[0]);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    other.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    other.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    other.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return other.getAcceptedIssuers();
  }

  private void datesOf(X509Certificate certificate) throws CertificateException {
    certificate.checkValidity(Date.from(time.instant()));
  }
}
