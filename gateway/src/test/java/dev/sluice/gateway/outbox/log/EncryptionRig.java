package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** A log with keys, for the tests that extend this. */
abstract class EncryptionRig {

  static final String UPLINK = "cloud";
  static final byte[] A = Plant.payload(101, MasterKey.BYTES);
  static final byte[] B = Plant.payload(102, MasterKey.BYTES);
  static final Keys ONLY_A = Keys.of(A, List.of());
  static final Keys ONLY_B = Keys.of(B, List.of());
  static final Keys B_AFTER_A = Keys.of(B, List.of(A));
  static final byte[] MARK = "boiler_pressure".getBytes(StandardCharsets.US_ASCII);
  final Plant plant = new Plant();
  final TreeMap<Long, byte[]> written = new TreeMap<>();
  long payload = 1;

  Log open(Keys keys) throws IOException {
    plant.options = plant.with(keys);
    return plant.open();
  }

  /** Two records in a commit of 8 KiB. */
  void append(Log log, int commits) throws IOException {
    for (int i = 0; i < commits; i++) {
      List<Entry> entries = List.of(marked(), marked());
      long seq = log.commit(entries);
      for (Entry entry : entries) {
        written.put(seq++, entry.payload());
      }
    }
  }

  Entry marked() {
    byte[] bytes = Plant.payload(payload++, 3000);
    System.arraycopy(MARK, 0, bytes, 1000, MARK.length);
    return new Entry(Plant.DATA, 3, bytes);
  }

  TreeMap<Long, StoredRecord> drain(Log log) throws IOException {
    TreeMap<Long, StoredRecord> found = Plant.drain(log, log.cursor(UPLINK));
    for (StoredRecord record : found.values()) {
      if (record.kind() == Plant.DATA) {
        assertThat(record.payload()).isEqualTo(written.get(record.seq()));
      }
    }
    return found;
  }

  static TreeSet<Long> data(TreeMap<Long, StoredRecord> found) {
    TreeSet<Long> seqs = new TreeSet<>(found.keySet());
    seqs.removeIf(seq -> found.get(seq).kind() != Plant.DATA);
    return seqs;
  }

  List<Path> files(String suffix) {
    return plant.files.contents().keySet().stream()
        .filter(path -> path.toString().endsWith(suffix))
        .sorted()
        .toList();
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
