package dev.sluice.gateway.uplink.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** openssl reads the request, and finds the key and the signature to be as they should. */
class SigningRequestTest {

  @TempDir Path directory;

  private String openssl(String input, String... arguments) throws Exception {
    Path file = Files.writeString(directory.resolve("in.pem"), input);
    var command = new java.util.ArrayList<>(java.util.List.of("openssl"));
    command.addAll(java.util.List.of(arguments));
    command.addAll(java.util.List.of("-in", file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void aRequestIsWhatOpensslTakesForOne() throws Exception {
    KeyPair key = SigningRequest.key();
    String request = SigningRequest.of(key, "plant-7");
    assertThat(openssl(request, "req", "-verify", "-noout", "-subject")).contains("plant-7", "OK");
    String ours =
        openssl(
            SigningRequest.pem("PRIVATE KEY", key.getPrivate().getEncoded()), "pkey", "-pubout");
    assertThat(openssl(request, "req", "-noout", "-pubkey")).isEqualTo(ours);
  }

  /** Lengths of one, two and three bytes. */
  @Test
  void namesMayBeLong() throws Exception {
    for (int length : new int[] {1, 60, 64}) {
      String request = SigningRequest.of(SigningRequest.key(), "n".repeat(length));
      assertThat(openssl(request, "req", "-verify", "-noout", "-subject"))
          .contains("n".repeat(length));
    }
  }
}
