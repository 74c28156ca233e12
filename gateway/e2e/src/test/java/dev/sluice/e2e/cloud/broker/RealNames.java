package dev.sluice.e2e.cloud.broker;

import dev.sluice.e2e.TestPki;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;

/**
 * A platform's own host names on loopback, under an authority of our own: a process that is started
 * with {@link #jvmOptions()} finds them and trusts them, so that TLS server name and host name
 * check are the real ones.
 */
public record RealNames(TestPki pki, Path hostsFile, Path trustStore) {

  private static final String PASSWORD = "public";

  /** Makes the authority, a certificate for all the names, a hosts file and a trust store. */
  public static RealNames create(Path directory, String... names) {
    TestPki pki = TestPki.forHosts(directory, names);
    var created =
        new RealNames(pki, directory.resolve("hosts"), directory.resolve("authorities.p12"));
    try {
      Files.writeString(created.hostsFile, "127.0.0.1 localhost " + String.join(" ", names) + "\n");
      created.writeTrustStore();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("this Java makes no trust store", e);
    }
    return created;
  }

  private void writeTrustStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(pki.certificate("ca"));
        OutputStream out = Files.newOutputStream(trustStore)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      store.store(out, PASSWORD.toCharArray());
    }
  }

  /**
   * Options of a Java process that has to find the names; the trust is for clients that need it.
   */
  public List<String> jvmOptions() {
    return List.of(
        "-Djdk.net.hosts.file=" + hostsFile,
        "-Djavax.net.ssl.trustStore=" + trustStore,
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
  }
}
