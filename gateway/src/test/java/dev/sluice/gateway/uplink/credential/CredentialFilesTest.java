package dev.sluice.gateway.uplink.credential;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.uplink.mqtt.Certificates;
import dev.sluice.gateway.uplink.mqtt.Monotonic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change, in every order and only by half, and what an attempt is made with then. */
class CredentialFilesTest {

  private static final TimeSource TIME = new Monotonic();

  @TempDir static Path root;
  private static Certificates pki;
  private static Vertx vertx;

  @TempDir Path directory;
  private final Context context = vertx.getOrCreateContext();
  private Path certificate;
  private Path key;

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    pki = new Certificates(root).issue("one", "one").issue("two", "two");
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void first() throws Exception {
    certificate = Files.copy(pki.certificate("one"), directory.resolve("c.pem"));
    key = PrivateFile.write(directory.resolve("k.pem"), Files.readString(pki.key("one")));
  }

  private CredentialFiles files(TlsOptions tls) {
    return new CredentialFiles(vertx, "cloud", new CredentialOptions(tls, null, null), TIME);
  }

  private CredentialFiles pair() {
    return files(TlsOptions.pem(pki.ca(), certificate, key));
  }

  private CredentialFiles passwordIn(Path file) {
    return new CredentialFiles(vertx, "cloud", new CredentialOptions(null, null, file), TIME);
  }

  private <T> T on(Supplier<Future<T>> call) throws Exception {
    var result = new CompletableFuture<T>();
    context.runOnContext(
        ignored -> call.get().onSuccess(result::complete).onFailure(result::completeExceptionally));
    return result.get(10, TimeUnit.SECONDS);
  }

  private Credentials next(CredentialFiles files) throws Exception {
    return on(files::next);
  }

  /** The name in the certificate that would be shown. */
  private String shows(CredentialFiles files) throws Exception {
    X509KeyManager keys = next(files).shown().identity().keys();
    String alias = keys.getClientAliases("EC", null)[0];
    X509Certificate first = keys.getCertificateChain(alias)[0];
    return first.getSubjectX500Principal().getName();
  }

  private String refused(CredentialFiles files) {
    try {
      next(files);
      throw new AssertionError("taken");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(CredentialException.class);
      return e.getCause().getMessage();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The worker is done, and what it read was not taken yet: who asks now must not be sent away. */
  @Test
  void whoAsksBetweenReadingAndTakingGetsWhatWasRead() throws Exception {
    Vertx narrow = Vertx.builder().with(new VertxOptions().setWorkerPoolSize(1)).build();
    try {
      Path file = PrivateFile.write(directory.resolve("password"), "word\n");
      var options = new CredentialOptions(null, null, file);
      var files = new CredentialFiles(narrow, "cloud", options, TIME);
      var between = new CompletableFuture<Credentials>();
      narrow.runOnContext(
          ignored -> {
            var begun = new CountDownLatch(1);
            var read = new CountDownLatch(1);
            narrow.executeBlocking(() -> awaitQuietly(begun), false);
            Future<Credentials> first = files.next();
            narrow.executeBlocking(() -> count(read), false);
            begun.countDown();
            awaitQuietly(read);
            Future<Credentials> second = files.next();
            first
                .compose(with -> second)
                .onComplete(between::complete, between::completeExceptionally);
          });
      assertThat(between.get(10, TimeUnit.SECONDS).shown().password()).isEqualTo("word");
    } finally {
      narrow.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static boolean count(CountDownLatch latch) {
    latch.countDown();
    return true;
  }

  /** Holds the event loop and the only worker, on purpose. */
  private static boolean awaitQuietly(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPairThatIsRenamedIntoPlaceIsTaken() throws Exception {
    CredentialFiles files = pair();
    assertThat(shows(files)).isEqualTo("CN=one");
    Path newKey = PrivateFile.write(directory.resolve("k.new"), Files.readString(pki.key("two")));
    Path newCertificate = Files.copy(pki.certificate("two"), directory.resolve("c.new"));
    Files.move(newKey, key, ATOMIC_MOVE, REPLACE_EXISTING);
    Files.move(newCertificate, certificate, ATOMIC_MOVE, REPLACE_EXISTING);
    assertThat(shows(files)).isEqualTo("CN=two");
    assertThat(files.stats().reloads()).isEqualTo(1);
    assertThat(files.stats().problem()).isEmpty();
  }

  @Test
  void keyAndCertificateMayChangeOneAfterTheOtherInEitherOrder() throws Exception {
    CredentialFiles files = pair();
    assertThat(shows(files)).isEqualTo("CN=one");
    Files.writeString(key, Files.readString(pki.key("two")));
    assertThat(shows(files)).isEqualTo("CN=one");
    assertThat(files.stats().problem()).contains("the key is not that of the certificate");
    Files.copy(pki.certificate("two"), certificate, REPLACE_EXISTING);
    assertThat(shows(files)).isEqualTo("CN=two");
    assertThat(files.stats().problem()).isEmpty();
    Files.copy(pki.certificate("one"), certificate, REPLACE_EXISTING);
    assertThat(shows(files)).isEqualTo("CN=two");
    Files.writeString(key, Files.readString(pki.key("one")));
    assertThat(shows(files)).isEqualTo("CN=one");
  }

  /** Every length that a writer can be caught at, the whole files aside. */
  @Test
  void whatIsWrittenByHalfChangesNothing() throws Exception {
    CredentialFiles files = pair();
    assertThat(shows(files)).isEqualTo("CN=one");
    byte[] newKey = Files.readAllBytes(pki.key("two"));
    byte[] newCertificate = Files.readAllBytes(pki.certificate("two"));
    Files.write(certificate, newCertificate);
    int step = Boolean.getBoolean("sluice.long") ? 1 : 23;
    for (int length = 0; length < newKey.length - 2; length += step) {
      Files.write(key, Arrays.copyOf(newKey, length));
      assertThat(shows(files)).as("key cut at %d", length).isEqualTo("CN=one");
      assertThat(files.stats().problem()).as("key cut at %d", length).isNotEmpty();
    }
    Files.write(key, newKey);
    assertThat(shows(files)).isEqualTo("CN=two");
    byte[] former = Files.readAllBytes(pki.certificate("one"));
    Files.writeString(key, Files.readString(pki.key("one")));
    for (int length = 0; length < former.length - 2; length += step) {
      Files.write(certificate, Arrays.copyOf(former, length));
      assertThat(shows(files)).as("certificate cut at %d", length).isEqualTo("CN=two");
    }
    Files.write(certificate, former);
    assertThat(shows(files)).isEqualTo("CN=one");
  }

  @Test
  void aFileThatIsGoneOrOpenToAllIsNotUsedAndTheFormerIs() throws Exception {
    CredentialFiles files = pair();
    assertThat(shows(files)).isEqualTo("CN=one");
    Files.delete(key);
    assertThat(shows(files)).isEqualTo("CN=one");
    assertThat(files.stats().problem()).contains("k.pem", "NoSuchFile");
    Files.copy(pki.certificate("two"), certificate, REPLACE_EXISTING);
    Files.writeString(key, Files.readString(pki.key("two")));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(shows(files)).isEqualTo("CN=one");
    assertThat(files.stats().problem()).contains("mode 0644", "chmod o-rwx");
    assertThat(files.stats().failures()).isEqualTo(2);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(shows(files)).isEqualTo("CN=two");
  }

  @Test
  void withoutAnyGoodPairThereIsNoAttempt() throws Exception {
    Files.writeString(key, "");
    CredentialFiles files = pair();
    assertThat(refused(files)).contains("k.pem is empty");
    Files.writeString(key, Files.readString(pki.key("one")));
    assertThat(shows(files)).isEqualTo("CN=one");
    assertThat(files.stats().reloads()).isZero();
  }

  @Test
  void whomToTrustIsReadAgainToo() throws Exception {
    Path ca = Files.copy(pki.ca(), directory.resolve("ca.pem"));
    CredentialFiles files = files(TlsOptions.pem(ca, null, null));
    assertThat(next(files).tls().trust()).isNotNull();
    Files.writeString(ca, "half a certifi");
    assertThat(next(files).tls().trust()).isNotNull();
    assertThat(files.stats().problem()).contains("ca.pem");
    Files.copy(pki.certificate("one"), ca, REPLACE_EXISTING);
    next(files);
    assertThat(files.stats().problem()).isEmpty();
    assertThat(files.stats().reloads()).isEqualTo(1);
    assertThat(files.stats().certificates())
        .singleElement()
        .matches(one -> one.whose().equals("ca") && one.subject().equals("CN=one"));
  }

  private static TlsOptions store(Path store, String password) {
    return new TlsOptions(null, null, null, store, password, null, null, Duration.ofSeconds(30));
  }

  @Test
  void storesServeAsPemFilesDo() throws Exception {
    Path one = pki.store("one", "planted-password");
    Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rw-------"));
    assertThat(shows(files(store(one, "planted-password")))).isEqualTo("CN=one");
    assertThat(refused(files(store(one, "wrong-password"))))
        .contains("one.p12", "wrong password")
        .doesNotContain("wrong-password");
    Path cut = directory.resolve("cut.p12");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(one), 300));
    Files.setPosixFilePermissions(cut, PosixFilePermissions.fromString("rw-------"));
    assertThat(refused(files(store(cut, "planted-password")))).contains("cut.p12");
  }

  @Test
  void aPasswordIsReadWithoutItsLineBreakAndBounded() throws Exception {
    Path file = PrivateFile.write(directory.resolve("password"), "first\r\n");
    CredentialFiles files = passwordIn(file);
    assertThat(next(files).password()).isEqualTo("first");
    Files.writeString(file, " second ");
    assertThat(next(files).password()).isEqualTo(" second ");
    Files.writeString(file, "x".repeat((64 << 10) + 1));
    assertThat(next(files).password()).isEqualTo(" second ");
    assertThat(files.stats().problem()).contains("more than 64 KiB");
    Files.write(file, new byte[] {(byte) 0xff, 'a'});
    assertThat(next(files).password()).isEqualTo(" second ");
    Files.writeString(file, "\n");
    assertThat(next(files).password()).isEqualTo(" second ");
    assertThat(files.stats().problem()).contains("empty");
  }

  @Test
  void aRefusedCandidateTakesTurnsWithWhatIsProven() throws Exception {
    Path file = PrivateFile.write(directory.resolve("password"), "old");
    CredentialFiles files = passwordIn(file);
    Credentials old = next(files);
    assertThat(files.refused(old, "refused")).as("nothing to go back to").isFalse();
    files.connected(old);
    assertThat(files.refused(old, "refused")).as("nothing else").isFalse();
    Files.writeString(file, "new");
    for (int round = 1; round <= 3; round++) {
      Credentials candidate = next(files);
      assertThat(candidate.password()).isEqualTo("new");
      assertThat(files.refused(candidate, "refused")).isTrue();
      Credentials former = next(files);
      assertThat(former.password()).isEqualTo("old");
      assertThat(files.stats().rejected()).isTrue();
      assertThat(files.stats().rollbacks()).isEqualTo(round);
      if (round == 2) {
        assertThat(files.refused(former, "refused")).as("no hurry, both are refused").isFalse();
      } else {
        files.connected(former);
      }
    }
    Credentials candidate = next(files);
    files.connected(candidate);
    assertThat(files.stats().rejected()).isFalse();
    assertThat(files.refused(candidate, "refused")).as("it is the proven one now").isFalse();
    assertThat(next(files).password()).isEqualTo("new");
  }

  @Test
  void aFileThatChangesAgainIsTriedAtOnce() throws Exception {
    Path file = PrivateFile.write(directory.resolve("password"), "old");
    CredentialFiles files = passwordIn(file);
    files.connected(next(files));
    Files.writeString(file, "wrong");
    files.refused(next(files), "refused");
    Files.writeString(file, "right");
    assertThat(next(files).password()).isEqualTo("right");
    assertThat(files.stats().rejected()).isFalse();
    files.refused(next(files), "refused");
    assertThat(next(files).password()).isEqualTo("old");
    Files.writeString(file, "old");
    assertThat(next(files).password()).isEqualTo("old");
    assertThat(files.stats().rejected()).isFalse();
  }

  @Test
  void nothingIsSaidOfPasswords() throws Exception {
    Path file = PrivateFile.write(directory.resolve("password"), "planted");
    CredentialFiles files = passwordIn(file);
    Credentials with = next(files);
    assertThat(with.toString() + with.shown() + files.stats() + store(file, "planted"))
        .doesNotContain("planted");
    assertThatThrownBy(() -> PasswordFile.read(directory))
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("cannot be read");
  }
}
