package dev.sluice.gateway.uplink.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key and certificate are there together or not at all, and for nobody else. */
class IdentityFileTest {

  private static final OwnIdentity ISSUED =
      new OwnIdentity(
          SigningRequest.pem("PRIVATE KEY", new byte[] {1, 2, 3}),
          SigningRequest.pem("CERTIFICATE", new byte[] {4})
              + SigningRequest.pem("CERTIFICATE", new byte[] {5}),
          "token-1",
          "");

  @TempDir Path directory;
  private Path path;
  private IdentityFile file;

  @BeforeEach
  void name() {
    path = directory.resolve("state").resolve("aws-cloud.pem");
    file = new IdentityFile(path);
  }

  @Test
  void whatWasStoredIsFoundAgain() throws Exception {
    assertThat(file.load()).isNull();
    file.store(ISSUED);
    assertThat(file.load()).isEqualTo(ISSUED);
    assertThat(ISSUED.isComplete()).isFalse();
    OwnIdentity complete = ISSUED.as("gw-7");
    file.store(complete);
    assertThat(file.load()).isEqualTo(complete);
    assertThat(complete.isComplete()).isTrue();
    assertThat(Files.readString(path)).doesNotContain("token-1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(complete.toString()).doesNotContain("PRIVATE");
  }

  /** A power cut while it was written leaves the former file, and something beside it. */
  @Test
  void whatIsLeftOfAFormerWriteIsInNobodysWay() throws Exception {
    file.store(ISSUED);
    Files.writeString(directory.resolve("state").resolve("aws-cloud.pem.tmp"), "half");
    assertThat(file.load()).isEqualTo(ISSUED);
    file.store(ISSUED.as("gw-7"));
    assertThat(file.load()).isEqualTo(ISSUED.as("gw-7"));
  }

  @Test
  void aFileThatOthersMayReadOrThatIsCutIsNamedAndLeftAlone() throws Exception {
    file.store(ISSUED);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(file::load)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("0644")
        .hasMessageContaining("chmod o-rwx");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(path, ISSUED.key());
    assertThatThrownBy(file::load).hasMessageContaining("no key with a certificate");
    assertThat(Files.readString(path)).isEqualTo(ISSUED.key());
  }
}
