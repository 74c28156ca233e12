package dev.sluice.gateway.command;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ids of commands that were carried out, or were about to be: on disk before the command goes
 * out, so none is carried out twice, also after a restart in between. Blocks; one thread at a time,
 * but for the counts.
 */
final class SeenIds implements Closeable {

  private final CommandOptions options;

  /** By age. */
  private final Map<SeenSlot.Key, SeenSlot> seen = new LinkedHashMap<>();

  private long lastNumber;
  private boolean loaded;
  private @Nullable SeenFile file;
  private volatile int remembered;
  private volatile long forgotten;

  /** Those of the file, once it is needed. */
  SeenIds(CommandOptions options) {
    this.options = options;
  }

  /** How many are known. */
  int remembered() {
    return remembered;
  }

  /** How many went before their time because there were too many. */
  long forgotten() {
    return forgotten;
  }

  /** Reads what is there, unless that is done. */
  void load() throws IOException {
    Path path = options.file();
    if (loaded) {
      return;
    }
    if (path != null) {
      file = SeenFile.open(path, options.remember());
      for (SeenSlot slot : file.found()) {
        seen.remove(slot.key()); // seen again after it was forgotten
        seen.put(slot.key(), slot);
        lastNumber = slot.number();
      }
    }
    remembered = seen.size();
    loaded = true;
  }

  /**
   * Remembers an id, for good.
   *
   * @param trustedMillis wall clock, milliseconds since 1970; 0 when it cannot be trusted, and then
   *     nothing is forgotten by its age
   * @return whether it is new
   * @throws IOException if it cannot be remembered, or if what was before cannot be read
   */
  boolean add(String source, String id, long trustedMillis) throws IOException {
    load();
    forgetOld(trustedMillis);
    SeenSlot.Key key = SeenSlot.Key.of(source, id);
    if (seen.containsKey(key)) {
      return false;
    }
    var slot = new SeenSlot(lastNumber + 1, trustedMillis, key);
    if (file != null) {
      file.write(slot);
    }
    lastNumber++;
    seen.put(key, slot);
    if (seen.size() > options.remember()) {
      seen.remove(seen.keySet().iterator().next());
      forgotten++;
    }
    remembered = seen.size();
    return true;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  private void forgetOld(long nowMillis) {
    long limit = options.rememberFor().toMillis();
    if (nowMillis != 0) {
      seen.values()
          .removeIf(slot -> slot.trustedMillis() != 0 && nowMillis - slot.trustedMillis() > limit);
    }
  }
}
