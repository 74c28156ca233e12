package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No nonce is used for two commits under one key, whatever disk and chance repeat. */
class NonceTest {

  private static final String UPLINK = "cloud";
  private static final Keys KEYS = Keys.of(Plant.payload(101, MasterKey.BYTES), List.of());

  private final Plant plant = new Plant();

  /** By salt, which stands for the key, and nonce. */
  private final Map<String, byte[]> commits = new HashMap<>();

  private final Map<Path, String> salts = new HashMap<>();
  private final Set<String> distinctSalts = new HashSet<>();
  private long headers;
  private long repeated;
  private long payload;

  /** Notes each commit that is written; all it does is done by other files. */
  private final class Noting implements FileOps {
    private final FileOps files;

    Noting(FileOps files) {
      this.files = files;
    }

    private OpenFile noting(Path path, OpenFile file) {
      return new OpenFile() {
        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
          note(path, bytes.duplicate(), at);
          file.write(bytes, at);
        }

        @Override
        public int read(ByteBuffer into, long at) throws IOException {
          return file.read(into, at);
        }

        @Override
        public void force(boolean metadata) throws IOException {
          file.force(metadata);
        }

        @Override
        public void truncate(long size) throws IOException {
          file.truncate(size);
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    @Override
    public OpenFile create(Path path) throws IOException {
      return noting(path, files.create(path));
    }

    @Override
    public OpenFile open(Path path, boolean forWriting) throws IOException {
      return noting(path, files.open(path, forWriting));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      files.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
      files.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      files.forceDirectory(directory);
    }

    @Override
    public List<Listed> list(Path directory) throws IOException {
      return files.list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
      files.createDirectories(directory);
    }

    @Override
    public Closeable lock(Path directory) throws IOException {
      return files.lock(directory);
    }
  }

  private void note(Path path, ByteBuffer bytes, long at) {
    if (!path.toString().endsWith(".seg")) {
      return;
    }
    if (at == 0) {
      String salt = hex(bytes, 80, 32);
      salts.put(path, salt);
      distinctSalts.add(salt);
      headers++;
      return;
    }
    byte[] commit = new byte[bytes.remaining()];
    bytes.get(bytes.position(), commit);
    byte[] before = commits.putIfAbsent(salts.get(path) + hex(bytes, 40, 12), commit);
    if (before != null) {
      assertThat(commit).as("a second commit under the same nonce").isEqualTo(before);
      repeated++;
    }
  }

  private static String hex(ByteBuffer bytes, int from, int length) {
    byte[] part = new byte[length];
    bytes.get(bytes.position() + from, part);
    return HexFormat.of().formatHex(part);
  }

  /** Chance is the same in each log that is opened, as after a snapshot of a machine. */
  private Log open() throws IOException {
    return Log.open(
        plant.with(KEYS),
        new Noting(plant.files),
        plant.clock,
        new Plant.TestAnnouncer(),
        new Random(7));
  }

  private void append(Log log, int count, int records) throws IOException {
    for (int i = 0; i < count; i++) {
      log.commit(Plant.entries(payload, records, 8));
      payload += records;
      log.cursor(UPLINK).acknowledge(1, log.next() - 1);
      if (i % 50 == 0) {
        log.syncCursors();
      }
    }
  }

  @Test
  void manyRecordsAndRestarts() throws IOException {
    plant.options =
        new LogOptions(Plant.DIRECTORY, 4 << 20, plant.options.maxAge(), 1 << 20, 1 << 20);
    int rounds = Plant.thorough() ? 100 : 2;
    for (int round = 0; round < rounds; round++) {
      try (Log log = open()) {
        append(log, 1000, 100);
        if (round > 0) {
          assertThat(log.stats().reusedSegments()).isPositive();
        }
      }
    }
    assertThat(commits).hasSizeGreaterThan(rounds * 1000);
    assertThat(payload).isEqualTo(rounds * 100_000L);
    assertThat(repeated).isZero();
  }

  @Test
  void anImageThatIsRestoredGoesOnWithOtherRecords() throws IOException {
    try (Log log = open()) {
      append(log, 40, 3);
    }
    Map<Path, byte[]> image = plant.files.contents();
    for (int restored = 0; restored < 5; restored++) {
      plant.files = MemoryFiles.of(image);
      try (Log log = open()) {
        append(log, 40, 3);
      }
    }
    assertThat((long) distinctSalts.size()).as("keys that came again").isLessThan(headers);
    assertThat(commits).hasSizeGreaterThan(6 * 40);
  }

  @Test
  void twoMachinesOfOneSnapshotGoOnTogether() throws IOException {
    MemoryFiles files = plant.files;
    Log one = open();
    plant.files = new MemoryFiles();
    Log other = open();
    append(one, 20, 2);
    append(other, 20, 2);
    assertThat(files.contents().keySet()).isEqualTo(plant.files.contents().keySet());
    for (Path path : files.contents().keySet()) {
      if (path.toString().endsWith(".seg")) {
        byte[] a = files.contents().get(path);
        byte[] b = plant.files.contents().get(path);
        assertThat(Arrays.copyOf(a, 4096)).as("the same keys").isEqualTo(Arrays.copyOf(b, 4096));
      }
    }
    assertThat(commits).hasSize(40);
    one.close();
    other.close();
  }
}
