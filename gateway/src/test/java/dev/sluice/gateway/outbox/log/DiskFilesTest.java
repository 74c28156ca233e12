package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFilesTest {

  private static final DiskFiles.Space PLENTY = () -> 1L << 30;

  @Test
  void aFullDiskIsKnownByItsWordsOrByTheRoomThatIsLeft() {
    IOException english = new IOException("No space left on device");
    IOException german = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
    assertThat(DiskFiles.typed(english, PLENTY)).isInstanceOf(DiskFullException.class);
    assertThat(DiskFiles.typed(german, PLENTY)).isSameAs(german);
    assertThat(DiskFiles.typed(german, () -> 4096)).isInstanceOf(DiskFullException.class);
    DiskFiles.Space unknown =
        () -> {
          throw new IOException("injected");
        };
    assertThat(DiskFiles.typed(german, unknown)).isSameAs(german);
  }

  @Test
  void everyDirectoryThatComesIntoBeingHasItsParentForced(@TempDir Path root) throws IOException {
    Path outbox = root.resolve("a").resolve("b").resolve("outbox");
    assertThat(DiskFiles.parentsOfMissing(outbox))
        .containsExactly(root, root.resolve("a"), root.resolve("a").resolve("b"));
    FileOps.DISK.createDirectories(outbox);
    FileOps.DISK.createDirectories(outbox);
    assertThat(Files.isDirectory(outbox)).isTrue();
    assertThat(DiskFiles.parentsOfMissing(outbox)).isEmpty();
  }
}
