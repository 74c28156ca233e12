package dev.sluice.gateway.uplink.clearblade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys as openssl writes them, and tokens as Java alone verifies them. */
class TokenTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.890Z");
  private static final Duration DAY = Duration.ofHours(24);

  @TempDir Path directory;

  private Path openssl(String name, String command) throws Exception {
    Path file = directory.resolve(name);
    String[] words =
        ("openssl " + command.replace("OUT", file.toString()).replace("DIR", "" + directory))
            .split(" ");
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private PublicKey publicHalf(Path key, String kind) throws Exception {
    Path der =
        openssl(key.getFileName() + ".der", "pkey -in " + key + " -pubout -outform DER -out OUT");
    return KeyFactory.getInstance(kind)
        .generatePublic(new X509EncodedKeySpec(Files.readAllBytes(der)));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, RS256, genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out OUT",
    "RSA, RS256, genrsa -traditional -out OUT 2048",
    "EC, ES256, ecparam -genkey -name prime256v1 -noout -out OUT",
    "EC, ES256, ecparam -genkey -name prime256v1 -out OUT",
    "EC, ES256, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out OUT"
  })
  void everyFormOfAKeySignsWhatItsPublicHalfVerifies(String kind, String algorithm, String command)
      throws Exception {
    Path file = openssl("key.pem", command);
    Token token = Token.sign(DeviceKey.read(file), "plant-7", NOW, DAY);
    String[] parts = token.text().split("\\.", -1);
    assertThat(parts).hasSize(3).allMatch(part -> part.matches("[A-Za-z0-9_-]+"));
    assertThat(json(parts[0]).getMap())
        .containsOnly(
            org.assertj.core.api.Assertions.entry("alg", algorithm),
            org.assertj.core.api.Assertions.entry("typ", "JWT"));
    JsonObject claims = json(parts[1]);
    assertThat(claims.fieldNames()).isEqualTo(Set.of("aud", "iat", "exp"));
    assertThat(claims.getValue("aud")).as("one text, no list").isEqualTo("plant-7");
    assertThat(claims.getLong("iat")).isEqualTo(NOW.getEpochSecond());
    assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(DAY.toSeconds());

    byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
    boolean rsa = kind.equals("RSA");
    assertThat(signature).hasSize(rsa ? 256 : 64);
    Signature verifier =
        Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
    verifier.initVerify(publicHalf(file, kind));
    verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(verifier.verify(signature)).isTrue();
    verifier.update("other".getBytes(StandardCharsets.US_ASCII));
    assertThat(verifier.verify(signature)).isFalse();
    assertThat(token.toString()).doesNotContain(parts[2]).contains(algorithm);
  }

  private static JsonObject json(String part) {
    return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }

  private static void refused(Path file, String why) {
    assertThatThrownBy(() -> DeviceKey.read(file))
        .isInstanceOfSatisfying(
            LinkException.class, e -> assertThat(e.failure()).isEqualTo(LinkFailure.KEY_FILE))
        .hasMessageContaining(why);
  }

  @Test
  void whatCannotSignIsNamedAndNotRepeated() throws Exception {
    refused(directory.resolve("none.pem"), "cannot be read (NoSuchFileException)");
    refused(
        openssl("small.pem", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out OUT"),
        "an RSA key of 1024 bits: expected 2048 or more");
    refused(
        openssl("p384.pem", "ecparam -genkey -name secp384r1 -noout -out OUT"), "cannot be used");
    refused(
        openssl("p521.pem", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out OUT"),
        "on another curve: expected P-256");
    refused(openssl("ed.pem", "genpkey -algorithm ED25519 -out OUT"), "cannot be used");
    Path good = openssl("good.pem", "ecparam -genkey -name prime256v1 -noout -out OUT");
    refused(
        openssl("locked.pem", "pkcs8 -topk8 -in " + good + " -passout pass:secret -out OUT"),
        "is encrypted: expected a key without a password");
    String text = Files.readString(good);
    Path cut = PrivateFile.write(directory.resolve("cut.pem"), text.substring(0, 60));
    refused(cut, "holds no private key in PEM; half-written?");
    Path odd =
        PrivateFile.write(directory.resolve("odd.pem"), text.replaceFirst("\n.{8}", "\nABCDEFGH"));
    assertThatThrownBy(() -> DeviceKey.read(odd)).hasMessageNotContaining("ABCDEFGH");
    Files.setPosixFilePermissions(good, PosixFilePermissions.fromString("rw-r--r--"));
    refused(good, "of mode 0644, which everybody on this machine may use; chmod o-rwx " + good);
  }
}
