package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A log, its files, and what may be read of them after damage. */
abstract class DamageRig {

  static final String UPLINK = "cloud";
  final TreeMap<Long, byte[]> written = new TreeMap<>();

  /** Records 1 to n in commits of mixed sizes; a cursor that has acknowledged nothing. */
  Map<Path, byte[]> fill(int commits, boolean clean) throws IOException {
    return fill(commits, clean, 4500);
  }

  Map<Path, byte[]> fill(int commits, boolean clean, int large) throws IOException {
    Plant plant = new Plant();
    Log log = plant.open();
    log.cursor(UPLINK);
    long n = 1;
    for (int i = 0; i < commits; i++) {
      List<Entry> entries = Plant.entries(n, 1 + i % 3, i % 4 == 1 ? large : 20 + 30 * i);
      long seq = log.commit(entries);
      for (Entry entry : entries) {
        written.put(seq++, entry.payload());
        n++;
      }
    }
    log.syncCursors();
    if (clean) {
      log.close();
    }
    return plant.files.contents();
  }

  static Path newest(Map<Path, byte[]> contents) {
    return contents.keySet().stream()
        .filter(path -> path.toString().endsWith(".seg"))
        .max(Path::compareTo)
        .orElseThrow();
  }

  void lossIsNamed(TreeMap<Long, StoredRecord> found) {
    List<Plant.Gap> gaps = Plant.gaps(found);
    for (long seq : written.keySet()) {
      long missing = seq;
      boolean there = found.containsKey(seq) && found.get(seq).kind() == Plant.DATA;
      boolean named =
          gaps.stream().anyMatch(gap -> gap.names(missing) || gap.first() == 0 && gap.last() == 0);
      assertThat(there || named).as("seq %d is there or named", seq).isTrue();
    }
  }
}
