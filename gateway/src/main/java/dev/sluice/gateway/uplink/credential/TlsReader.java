package dev.sluice.gateway.uplink.credential;

import dev.sluice.driver.SettingsProblem;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** Reads the files for TLS and finds out whether they can be used. Blocks; thread-safe. */
final class TlsReader {

  /** As the key managers of the Java runtime call the kinds of keys. */
  private static final List<String> KINDS = List.of("EC", "RSA", "EdDSA", "Ed25519", "RSASSA-PSS");

  private static final byte[] PROBE = {1, 2, 3, 4};

  private final Vertx vertx;
  private final TlsOptions options;

  TlsReader(Vertx vertx, TlsOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /** Whom to trust; the former object when the files are as they were. */
  Authorities authorities(@Nullable Authorities former) throws CredentialException {
    Path ca = options.ca();
    Path store = options.trustStore();
    Path file = ca == null ? store : ca;
    byte[] content = file == null ? new byte[0] : content(file);
    String print = print(content);
    if (former != null && former.print().equals(print)) {
      return former;
    }
    try {
      return authorities(ca != null ? pemTrust(content) : trust(store, content), print, file);
    } catch (CredentialException e) {
      throw e;
    } catch (Exception e) {
      throw unusable(file, e);
    }
  }

  private static Authorities authorities(
      TrustManagerFactory factory, String print, @Nullable Path file) throws CredentialException {
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager trust) {
        List<X509Certificate> issuers = List.of(trust.getAcceptedIssuers());
        if (issuers.isEmpty()) {
          throw new CredentialException(file + " holds no certificate to trust", false, null);
        }
        return new Authorities(trust, file == null ? List.of() : issuers, print);
      }
    }
    throw new IllegalStateException("BUG: a runtime without trust managers");
  }

  private TrustManagerFactory pemTrust(byte[] content) throws Exception {
    return new PemTrustOptions().addCertValue(Buffer.buffer(content)).getTrustManagerFactory(vertx);
  }

  private TrustManagerFactory trust(@Nullable Path store, byte[] content)
      throws GeneralSecurityException, IOException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store == null ? null : pkcs12(content, letters(options.trustStorePassword())));
    return factory;
  }

  /** What to show, null for nothing; the former object when the files are as they were. */
  @Nullable Identity identity(@Nullable Identity former) throws CredentialException {
    Path certificate = options.certificate();
    Path key = options.key();
    Path store = options.keyStore();
    if (store != null) {
      byte[] content = secret("keyStore", store);
      String print = print(content);
      return former != null && former.print().equals(print) ? former : stored(store, content);
    }
    if (certificate == null || key == null) {
      return null;
    }
    byte[] chain = content(certificate);
    byte[] secret = secret("key", key);
    String print = print(chain, secret);
    if (former != null && former.print().equals(print)) {
      return former;
    }
    String where = certificate + " with " + key;
    try {
      var pem = new PemKeyCertOptions();
      pem.addCertValue(Buffer.buffer(chain)).addKeyValue(Buffer.buffer(secret));
      return pair(pem.getKeyManagerFactory(vertx), print, where);
    } catch (CredentialException e) {
      throw e;
    } catch (Exception e) {
      throw new CredentialException(
          where + " cannot be used (" + reason(e) + "); half-written, or not PEM?", false, e);
    }
  }

  private Identity stored(Path file, byte[] content) throws CredentialException {
    char[] password = letters(options.keyStorePassword());
    try {
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(pkcs12(content, password), password);
      return pair(factory, print(content), file.toString());
    } catch (CredentialException e) {
      throw e;
    } catch (Exception e) {
      throw unusable(file, e); // of a file cut short the parser throws what comes
    }
  }

  private static Identity pair(KeyManagerFactory factory, String print, String where)
      throws CredentialException {
    for (KeyManager manager : factory.getKeyManagers()) {
      if (manager instanceof X509KeyManager keys) {
        for (String kind : KINDS) {
          String[] aliases = keys.getClientAliases(kind, null);
          if (aliases != null && aliases.length > 0) {
            X509Certificate first = keys.getCertificateChain(aliases[0])[0];
            if (!belongs(keys.getPrivateKey(aliases[0]), first)) {
              throw new CredentialException(
                  where + ": the key is not that of the certificate; is one of them new?",
                  false,
                  null);
            }
            return new Identity(keys, first, print);
          }
        }
      }
    }
    throw new CredentialException(where + " holds no key with a certificate", false, null);
  }

  /** Whether what the one signs the other verifies. */
  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // a key of another kind
    }
  }

  private static KeyStore pkcs12(byte[] content, char @Nullable [] password)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(content), password);
    return store;
  }

  private static byte[] secret(String path, Path file) throws CredentialException {
    SettingsProblem exposed = SecretFile.exposed(path, file);
    if (exposed != null) {
      throw new CredentialException(exposed.found() + "; " + exposed.hint(), false, null);
    }
    return content(file);
  }

  private static byte[] content(Path file) throws CredentialException {
    try {
      byte[] content = SecretFile.read(file, TlsOptions.MAX_BYTES);
      if (content.length == 0) {
        throw new CredentialException(file + " is empty", false, null);
      }
      return content;
    } catch (IOException e) {
      throw new CredentialException(file + " cannot be read (" + reason(e) + ")", false, e);
    }
  }

  private static CredentialException unusable(@Nullable Path file, Exception e) {
    return new CredentialException(file + " cannot be used (" + reason(e) + ")", false, e);
  }

  /** Parsers quote what they read; a file that cannot be read has only its kind of trouble. */
  static String reason(Exception e) {
    Throwable cause = e.getCause();
    boolean wrongPassword =
        cause instanceof java.security.UnrecoverableKeyException
            || e instanceof java.security.UnrecoverableKeyException;
    return wrongPassword ? "wrong password" : e.getClass().getSimpleName();
  }

  private static char @Nullable [] letters(@Nullable String password) {
    return password == null ? null : password.toCharArray();
  }

  private static String print(byte[]... contents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] content : contents) {
        digest.update(digest(content));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: a runtime without SHA-256", e);
    }
  }

  private static byte[] digest(byte[] content) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(content);
  }
}
