package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories that are in use, of another version, or none. */
class StorageDirectoryTest extends StorageRig {

  @Test
  void aDiskThatDoesNotAnswerAtTheStartKeepsNothingFromStarting() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.LIST) {
            awaitQuietly(goOn);
          }
        });
    Storage storage = open();
    get(append(storage, 1));
    assertThat(storage.stats().reason()).contains("does not answer");
    goOn.countDown();
    until("disk", () -> storage.stats().durable());
    assertThat(numbers(storage.serving(UPLINK))).containsExactly(1);
  }

  @Test
  void aDirectoryInUseIsNoReasonForMemory() throws Exception {
    Storage first = open(DIRECTORY, files, Duration.ofSeconds(20));
    assertThat(first.stats().durable()).isTrue();
    assertThatThrownBy(this::open)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(OutboxException.class)
        .hasMessageContaining("in use by this process");
  }

  @Test
  void aNewerVersionsDirectoryIsLeftAloneAndTheOneBesideItIsFoundAgain(@TempDir Path parent)
      throws Exception {
    Path directory = parent.resolve("outbox");
    Storage older = open(directory, FileOps.DISK, Duration.ofSeconds(20));
    get(append(older, 1));
    get(older.close());
    opened.clear();
    Map<Path, byte[]> newer = new TreeMap<>();
    try (var all = Files.list(directory)) {
      for (Path file : all.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".seg")) {
          bytes[11]++;
          var sum = new CRC32C();
          sum.update(bytes, 0, 12);
          ByteBuffer.wrap(bytes).putInt(12, (int) sum.getValue());
          Files.write(file, bytes);
        }
        newer.put(file, bytes);
      }
    }
    String stream = "";
    for (int start = 1; start <= 2; start++) {
      Storage storage = open(directory, FileOps.DISK, Duration.ofSeconds(20));
      assertThat(storage.stats().durable()).isTrue();
      assertThat(storage.stats().directory())
          .isEqualTo(parent.resolve("outbox-format-1").toString());
      assertThat(numbers(storage.serving(UPLINK))).isEqualTo(range(1, start));
      assertThat(start == 1 || storage.stream().equals(stream)).as("the same stream").isTrue();
      stream = storage.stream();
      get(append(storage, start));
      get(storage.close());
      opened.clear();
    }
    try (var all = Files.list(directory)) {
      assertThat(all.toList()).containsExactlyInAnyOrderElementsOf(newer.keySet());
    }
    for (Map.Entry<Path, byte[]> file : newer.entrySet()) {
      assertThat(Arrays.equals(Files.readAllBytes(file.getKey()), file.getValue()))
          .as("%s is as it was", file.getKey())
          .isTrue();
    }
  }

  @Test
  void whereTheDirectoryShouldBeLiesAFile(@TempDir Path parent) throws Exception {
    Path path = Files.writeString(parent.resolve("outbox"), "mine");
    Storage storage = open(path, FileOps.DISK, Duration.ofSeconds(20));
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isFalse();
    assertThat(storage.stats().hint()).contains("is a file or a link that leads nowhere");
    assertThat(Files.readString(path)).isEqualTo("mine");
    Files.delete(path);
    until("disk", () -> storage.stats().durable());
  }

  @Test
  void whereTheDirectoryShouldBeLiesALinkThatLeadsNowhere(@TempDir Path parent) throws Exception {
    Path path = Files.createSymbolicLink(parent.resolve("outbox"), parent.resolve("gone"));
    Storage storage = open(path, FileOps.DISK, Duration.ofSeconds(20));
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isFalse();
    assertThat(storage.stats().hint()).contains("is a file or a link that leads nowhere");
    Files.createDirectory(parent.resolve("gone"));
    until("disk", () -> storage.stats().durable());
  }

  @Test
  void foreignFilesInTheDirectoryHarmNothingAndStay(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("README"), "mine");
    Files.writeString(directory.resolve("notes.cursor.txt"), "mine");
    Files.createDirectory(directory.resolve("sub.seg"));
    Files.createSymbolicLink(directory.resolve("nowhere.seg"), directory.resolve("gone"));
    Storage storage = open(directory, FileOps.DISK, Duration.ofSeconds(20));
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isTrue();
    assertThat(storage.outbox().failures()).isZero();
    assertThat(Files.readString(directory.resolve("README"))).isEqualTo("mine");
    assertThat(directory.resolve("sub.seg")).isDirectory();
    assertThat(directory.resolve("nowhere.seg")).isSymbolicLink();
  }

  /** It opens, and takes nothing: to go there and come back again and again would help nobody. */
  @Test
  void aDiskThatOpensAndTakesNothingIsNotGoneBackTo() throws Exception {
    files.capacity(files.used());
    var tries = new java.util.concurrent.atomic.AtomicInteger();
    files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.CREATE && path.toString().contains(".cursor")) {
            tries.incrementAndGet();
          }
        });
    Storage storage = open();
    get(append(storage, 1));
    assertThat(storage.stats().durable()).isFalse();
    String reason = storage.stats().reason();
    int before = tries.get();

    until("it was tried again", () -> tries.get() >= before + 5);

    assertThat(storage.stats().entered()).isEqualTo(1);
    assertThat(storage.stats().durable()).isFalse();
    assertThat(storage.stats().reason()).isEqualTo(reason);
    files.capacity(Long.MAX_VALUE);
    until("on disk", () -> storage.stats().durable());
    get(append(storage, 2));
  }
}
