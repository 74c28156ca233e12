package dev.sluice.e2e.cloud;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A certificate with its key, from PEM files. */
public record PemIdentity(X509Certificate certificate, PrivateKey key) {

  public static PemIdentity read(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    String pem = Files.readString(key, StandardCharsets.US_ASCII);
    byte[] encoded =
        Base64.getMimeDecoder().decode(pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
    X509Certificate own = Certificates.read(certificate);
    var keys = KeyFactory.getInstance(own.getPublicKey().getAlgorithm());
    return new PemIdentity(own, keys.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
  }

  /** With it as the client's own, and the authorities that this JVM trusts. */
  public SSLContext context() throws GeneralSecurityException, IOException {
    return context((TrustManager[]) null);
  }

  SSLContext context(TrustManagerFactory trust) throws GeneralSecurityException, IOException {
    return context(trust.getTrustManagers());
  }

  private SSLContext context(TrustManager[] trust) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", key, new char[0], new X509Certificate[] {certificate});
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust, null);
    return context;
  }
}
