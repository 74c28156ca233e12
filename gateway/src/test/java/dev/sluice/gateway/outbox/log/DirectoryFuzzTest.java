package dev.sluice.gateway.outbox.log;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Any bytes in any files of a directory: the log opens, reads, appends, closes and opens again;
 * what it took is there. The only refusal is a file of a newer version.
 */
class DirectoryFuzzTest {

  /** Names that mean something, nearly mean something, or nothing. */
  private static final List<String> NAMES =
      List.of(
          "0000000001-00000000000000000001.seg",
          "0000000002-00000000000000000009.seg",
          "0000000003-00000000000000000020.seg",
          "0000000001-00000000000000000001.seg.spare",
          "0000000004-00000000000000000020.seg.spare",
          "0000000009-00000000000000000099.seg.damaged",
          "9999999999-99999999999999999999.seg",
          "copy.seg",
          ".seg",
          "cloud.cursor",
          "local.cursor",
          "%2e.cursor",
          "not%zzhex.cursor",
          ".cursor",
          "cloud.cursor.tmp",
          "x.seg.cursor.tmp",
          "lock",
          "notes.txt");

  /** A directory as a log leaves it, to be damaged; without it nearly all input is foreign. */
  private static final Map<Path, byte[]> WHOLE = whole();

  private static Map<Path, byte[]> whole() {
    try {
      Plant plant = new Plant();
      Log log = plant.open();
      Cursor cloud = log.cursor("cloud");
      log.cursor("local");
      for (int n = 1; n <= 24; n++) {
        log.commit(List.of(Plant.entry(n, n % 5 == 0 ? 4_500 : 200)));
        boolean unused = cloud.acknowledge(n, n) && log.syncCursors();
      }
      log.syncCursors();
      return plant.files.contents();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest(maxDuration = "5s")
  void anyDirectoryEndsInAWorkingLog(byte[] input) throws IOException {
    Plant plant = Plant.of(directory(ByteBuffer.wrap(input)));
    Map<Path, byte[]> before = plant.files.contents();
    plant.clock.millis += 5; // a new stream has another name than the one that was
    TreeMap<Long, byte[]> taken = new TreeMap<>();
    String stream;
    try (Log log = plant.open()) {
      stream = log.stream().text();
      Plant.drain(log, log.cursor("cloud"));
      for (int i = 0; i < 3; i++) {
        byte[] payload = Plant.payload(1_000_000 + i, 100 + 4_000 * i);
        taken.put(log.commit(List.of(new Entry(Plant.DATA, 1, payload))), payload);
      }
      log.syncCursors();
      expect(taken, Plant.drain(log, log.cursor("cloud")));
    } catch (NewerFormatException e) {
      unchanged(before, plant.files.contents());
      return;
    }
    plant.files = plant.files.afterCrash();
    try (Log again = plant.open()) {
      if (!again.stream().text().equals(stream)) {
        throw new AssertionError("another stream after a clean end");
      }
      expect(taken, Plant.drain(again, again.cursor("cloud")));
    }
  }

  private static void expect(Map<Long, byte[]> taken, Map<Long, StoredRecord> found) {
    taken.forEach(
        (seq, payload) -> {
          StoredRecord record = found.get(seq);
          if (record == null || !Arrays.equals(record.payload(), payload)) {
            throw new AssertionError("seq " + seq + " is not what was appended: " + record);
          }
        });
  }

  private static void unchanged(Map<Path, byte[]> before, Map<Path, byte[]> after) {
    if (!before.keySet().equals(after.keySet())
        || before.entrySet().stream()
            .anyMatch(file -> !Arrays.equals(file.getValue(), after.get(file.getKey())))) {
      throw new AssertionError("a refused directory was changed");
    }
  }

  /**
   * The first byte says whether a whole directory is there to begin with. Then instructions: which
   * file, where in it, how many bytes; the bytes; a length that is 0 cuts the file there.
   */
  private static Map<Path, byte[]> directory(ByteBuffer input) {
    Map<Path, byte[]> files = new HashMap<>();
    if (input.hasRemaining() && input.get() % 4 != 0) {
      files.putAll(WHOLE);
    }
    List<Path> whole = WHOLE.keySet().stream().sorted().toList();
    while (input.remaining() >= 5) {
      int which = (input.get() & 0xFF) % (NAMES.size() + whole.size());
      Path path =
          which < whole.size()
              ? whole.get(which)
              : Plant.DIRECTORY.resolve(NAMES.get(which - whole.size()));
      int at = (input.getShort() & 0xFFFF) % (2 * Plant.SEGMENT);
      byte[] bytes = new byte[Math.min(input.getShort() & 0x3FF, input.remaining())];
      input.get(bytes);
      byte[] old = files.getOrDefault(path, new byte[0]);
      if (bytes.length == 0) {
        files.put(path, Arrays.copyOf(old, Math.min(old.length, at)));
      } else {
        byte[] changed = Arrays.copyOf(old, Math.max(old.length, at + bytes.length));
        System.arraycopy(bytes, 0, changed, at, bytes.length);
        files.put(path, changed);
      }
    }
    return files;
  }
}
