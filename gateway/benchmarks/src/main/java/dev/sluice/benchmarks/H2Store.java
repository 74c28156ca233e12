package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** H2's MVStore, forced at each commit; else at its defaults. */
final class H2Store implements Store {

  private final MVStore store;
  private final MVMap<Long, byte[]> queue;
  private final long kept;
  private long first;
  private long last;

  H2Store(Path directory, Use use, long ringBytes) throws IOException {
    Files.createDirectories(directory);
    // It would commit by itself after a second, which is not ours to wait for.
    store =
        new MVStore.Builder()
            .fileName(directory.resolve("queue.mv").toString())
            .autoCommitDisabled()
            .open();
    queue = store.openMap("queue");
    kept = use == Use.RING ? ringBytes / RECORD : Long.MAX_VALUE;
    first = queue.isEmpty() ? 1 : queue.firstKey();
    last = queue.isEmpty() ? 0 : queue.lastKey();
  }

  @Override
  public void put(byte[] record) {
    queue.append(++last, record);
  }

  @Override
  public void commit() {
    while (last - first >= kept) {
      byte[] unused = queue.remove(first++);
    }
    store.commit();
    store.sync();
  }

  @Override
  public byte[] oldest() throws IOException {
    byte[] found = queue.get(first);
    if (found == null) {
      throw new IOException("record " + first + " is not there");
    }
    return found;
  }

  @Override
  public void close() {
    store.close();
  }
}
