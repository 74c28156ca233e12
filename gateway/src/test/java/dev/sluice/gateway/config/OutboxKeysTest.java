package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.outbox.log.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of the outbox come from where they are kept, and no message repeats them. */
class OutboxKeysTest {

  private static final String HEX =
      "00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  private static final byte[] KEY = HexFormat.of().parseHex(HEX);
  private static final String FORMER = Base64.getEncoder().encodeToString(new byte[32]);

  @TempDir private Path directory;

  private LoadedConfig load(String encryption) throws IOException, ConfigException {
    Path file = directory.resolve("sluice.yaml");
    Files.writeString(
        file, "gateway: { id: plant-7 }\noutbox:\n  encryption:\n" + encryption.indent(4));
    Map<String, String> environment =
        Map.of(
            "OUTBOX_KEY",
            HEX,
            "CREDENTIALS_DIRECTORY",
            directory.resolve("credentials").toString(),
            "SHORT",
            HEX.substring(1));
    return new ConfigLoader(Loading.drivers(), ConfigLimits.DEFAULTS, environment::get).load(file);
  }

  private Keys keys(String encryption) throws IOException, ConfigException {
    return load(encryption).config().outbox().keys();
  }

  private String refused(String encryption) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> load(encryption));
    assertThat(refused).isNotNull();
    assertThat(refused.getMessage()).doesNotContain(HEX.substring(1, 9));
    return refused.getMessage();
  }

  @Test
  void comeFromFileEnvironmentAndCredential() throws Exception {
    PrivateFile.write(directory.resolve("outbox.key"), HEX + "\n");
    Files.createDirectory(directory.resolve("credentials"));
    Files.writeString(directory.resolve("credentials/outbox-key"), HEX.toUpperCase() + "\n");
    Keys expected = Keys.of(KEY, List.of());
    assertThat(keys("key: ${file:outbox.key}")).isEqualTo(expected);
    assertThat(keys("key: ${env:OUTBOX_KEY}")).isEqualTo(expected);
    assertThat(keys("key: ${credential:outbox-key}")).isEqualTo(expected);
    assertThat(load("key: ${env:OUTBOX_KEY}").warnings())
        .noneMatch(problem -> problem.toString().contains("key written"));
  }

  @Test
  void areNoneByDefaultAndMayBeFormerOnesOnly() throws Exception {
    assertThat(keys("{}")).isEqualTo(Keys.NONE);
    assertThat(keys("formerKeys: [\"${env:OUTBOX_KEY}\"]")).isEqualTo(Keys.of(null, List.of(KEY)));
    assertThat(keys("key: ${env:OUTBOX_KEY}\nformerKeys: [\"" + FORMER + "\"]"))
        .isEqualTo(Keys.of(KEY, List.of(new byte[32])));
  }

  @Test
  void inTheConfigurationItselfAreWarnedOf() throws Exception {
    LoadedConfig loaded = load("key: " + HEX);
    assertThat(loaded.config().outbox().keys()).isEqualTo(Keys.of(KEY, List.of()));
    assertThat(loaded.warnings())
        .anySatisfy(
            problem ->
                assertThat(problem.toString())
                    .contains("outbox/encryption/key", "a key written into the configuration")
                    .doesNotContain(HEX));
    assertThat(loaded.config().outbox().toString()).doesNotContain(HEX);
  }

  @Test
  void ofAnotherLengthAreRefusedAndNotRepeated() {
    assertThat(refused("key: ${env:SHORT}"))
        .contains(
            "outbox/encryption/key: found a text of 63 characters that is no key, expected 32"
                + " bytes as 64 hexadecimal digits or in Base64; openssl rand -hex 32 makes one");
    assertThat(refused("key: " + HEX.substring(0, 62) + "xx")).contains("64 characters");
    assertThat(refused("key: \"" + HEX + " \"")).contains("65 characters");
    assertThat(refused("formerKeys: [\"" + FORMER + "\", \"" + HEX.substring(2) + "\"]"))
        .contains("outbox/encryption/formerKeys/1: found a text of 62 characters");
  }

  @Test
  void inBase64MayEndWithoutPadding() throws Exception {
    assertThat(keys("key: \"" + FORMER.substring(0, 43) + "\""))
        .isEqualTo(Keys.of(new byte[32], List.of()));
    assertThat(refused("key: \"" + FORMER.substring(0, 42) + "\"")).contains("42 characters");
  }

  @Test
  void ofCredentialsAreNamedNotFoundByPath() throws IOException {
    Files.createDirectory(directory.resolve("credentials"));
    PrivateFile.write(directory.resolve("outbox.key"), HEX);
    for (String name : List.of("../outbox.key", "..", "", "a/b")) {
      assertThat(refused("key: ${credential:" + name + "}")).contains("the name of a credential");
    }
    assertThat(refused("key: ${credential:none}"))
        .contains(
            "found ${credential:none}, which cannot be read (NoSuchFileException)",
            "systemd sets it with LoadCredential=none:PATH");
  }

  @Test
  void areNotNeededToAskADevice() throws Exception {
    Path file = directory.resolve("sluice.yaml");
    Files.writeString(
        file, "gateway: { id: plant-7 }\noutbox: { encryption: { key: \"${file:secret}\" } }");
    assertThat(Loading.loader().loadWithoutUplinks(file).config().outbox().keys())
        .isEqualTo(Keys.NONE);
  }

  @Test
  void withoutSystemdACredentialIsAClearProblem() throws IOException {
    Path file = directory.resolve("sluice.yaml");
    Files.writeString(
        file, "gateway: { id: plant-7 }\noutbox: { encryption: { key: \"${credential:k}\" } }");
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> Loading.loader().load(file));
    assertThat(refused).hasMessageContaining("CREDENTIALS_DIRECTORY is not set");
  }
}
