package dev.sluice.e2e.cloud;

import dev.sluice.e2e.ChildProcess;
import dev.sluice.e2e.TestPki;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A vendor's client in a JVM of its own, which knows names only from a {@link HostsFile} and trusts
 * only the test's authority. Commands go to it one after the other.
 */
public final class VendorJvm implements AutoCloseable {

  private static final String PASSWORD = "changeit";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ChildProcess process;
  private int asked;

  private VendorJvm(ChildProcess process) {
    this.process = process;
  }

  /** Starts one with a main class that {@link Peer#serve serves}. */
  public static VendorJvm start(Class<?> main, HostsFile hosts, TestPki pki) {
    Path trusted = pki.directory().resolve("trusted.p12");
    store(trusted, pki);
    return new VendorJvm(
        ChildProcess.start(
            main.getSimpleName(),
            Map.of(),
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                hosts.jvmOption(),
                "-Djavax.net.ssl.trustStore=" + trusted,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName())));
  }

  private static void store(Path file, TestPki pki) {
    try (OutputStream out = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", Certificates.read(pki.certificate("ca")));
      store.store(out, PASSWORD.toCharArray());
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("cannot write " + file, e);
    }
  }

  /** Gives a command and does not wait. The result is for {@link #answer}. */
  public int tell(String... words) {
    process.write(String.join(Peer.SEPARATOR, words));
    return ++asked;
  }

  /** The answer, {@code ok ...} or {@code failed ...}. */
  public String answer(int command, Duration limit) {
    return process.awaitLine("#" + command + " ", limit);
  }

  /** Gives a command that has to work, and gives what it says. */
  public String ask(String... words) {
    String answer = answer(tell(words), PATIENCE);
    if (!answer.startsWith("ok ")) {
      throw new AssertionError(words[0] + ": " + answer + "\n" + process.output());
    }
    return answer.substring(3);
  }

  /** All that the client printed, its log too. */
  public String output() {
    return process.output();
  }

  @Override
  public void close() {
    process.close();
  }
}
