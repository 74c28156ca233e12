package dev.sluice.gateway.outbox.dead;

import dev.sluice.gateway.outbox.log.DiskFullException;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.KeyMissingException;
import dev.sluice.gateway.outbox.log.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's side of the letters: writes them, holds the bound, finds what was asked for. One at
 * a time per directory. Blocks for the disk; thread-safe.
 */
final class LetterStore {

  private static final Logger LOG = LoggerFactory.getLogger(LetterStore.class);
  private static final int BLOCK = 4096;

  /** What the directory holds, as it was when it was last listed. */
  private record Kept(
      LetterName name, long bytes, @Nullable DeadLetter withoutPayload, boolean locked) {

    Kept named(LetterName other, long size) {
      return new Kept(other, size, withoutPayload, locked);
    }

    boolean damaged() {
      return withoutPayload == null && !locked;
    }
  }

  private final LetterBox box;
  private final FileOps files;
  private final long maxBytes;
  private final TreeMap<Long, Kept> letters = new TreeMap<>();
  private long kept;
  private long evicted;
  private long resent;
  private long refused;
  private volatile DeadLetterStats stats = new DeadLetterStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

  LetterStore(LetterBox box, FileOps files, long maxBytes) {
    this.box = box;
    this.files = files;
    this.maxBytes = maxBytes;
  }

  /** Without the lost ones; does not block. */
  DeadLetterStats stats() {
    return stats;
  }

  /** Brings what is known in line with what is there. */
  synchronized void look() throws IOException {
    Map<LetterName, FileOps.Listed> names = box.names();
    letters
        .values()
        .removeIf(
            letter ->
                !names.containsKey(letter.name())
                    && !names.containsKey(letter.name().marked(!letter.name().asked())));
    for (Map.Entry<LetterName, FileOps.Listed> entry : names.entrySet()) {
      LetterName name = entry.getKey();
      Kept known = letters.get(name.number());
      long size = entry.getValue().size();
      letters.put(name.number(), known == null ? found(name, size) : known.named(name, size));
    }
    for (FileOps.Listed file : box.files()) {
      if (file.path().getFileName().toString().endsWith(LetterName.TEMPORARY)) {
        files.delete(file.path());
      }
    }
    makeRoom(0);
    tell();
  }

  private Kept found(LetterName name, long size) {
    try {
      return new Kept(name, size, withoutPayload(box.read(name, size)), false);
    } catch (KeyMissingException e) {
      LOG.atWarn()
          .addKeyValue("file", box.path(name))
          .addKeyValue("key", e.keyId())
          .log("dead letter locked: its key is missing");
      return new Kept(name, size, null, true);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", box.path(name))
          .addKeyValue("reason", e.getMessage())
          .log("dead letter not readable");
      return new Kept(name, size, null, false);
    }
  }

  /** The memory that the letters take does not depend on what is in them. */
  private static DeadLetter withoutPayload(DeadLetter of) {
    return new DeadLetter(
        of.uplink(), of.stream(), of.seq(), of.kind(), of.readings(), 0, "", new byte[0]);
  }

  /**
   * Returns when the letter is durable. The same record of the same uplink is kept once, but
   * another part of it is another letter.
   */
  synchronized void keep(DeadLetter letter) throws IOException {
    look();
    for (Kept other : List.copyOf(letters.values())) {
      if (holds(other, letter)) {
        files.forceDirectory(box.directory()); // it may be there and not be durable yet
        return;
      }
    }
    byte[] bytes = box.encode(letter);
    long room = blocks(bytes.length);
    if (room > maxBytes) {
      throw new IOException("a letter of " + room + " bytes, deadLetterBytes is " + maxBytes);
    }
    makeRoom(room);
    LetterName name = LetterName.of(letters.isEmpty() ? 1 : letters.lastKey() + 1, letter.seq());
    try {
      write(name, bytes);
    } catch (DiskFullException e) {
      if (letters.isEmpty()) {
        throw e;
      }
      evict();
      write(name, bytes);
    }
    letters.put(name.number(), new Kept(name, bytes.length, withoutPayload(letter), false));
    kept++;
    tell();
  }

  private boolean holds(Kept other, DeadLetter letter) {
    if (other.withoutPayload() == null || !other.withoutPayload().isSameAs(letter)) {
      return false;
    }
    DeadLetter whole = whole(other);
    return whole != null && Arrays.equals(whole.payload(), letter.payload());
  }

  private void write(LetterName name, byte[] bytes) throws IOException {
    files.createDirectories(box.directory());
    Path path = box.path(name);
    Path fresh = path.resolveSibling(name.file() + ".tmp");
    files.delete(fresh);
    boolean done = false;
    try (OpenFile file = files.create(fresh)) {
      file.write(ByteBuffer.wrap(bytes), 0);
      file.force(true);
      done = true;
    } finally {
      if (!done) {
        files.delete(fresh); // on a full disk it would be in the way of the next one
      }
    }
    files.rename(fresh, path);
    files.forceDirectory(box.directory());
  }

  private void makeRoom(long room) throws IOException {
    while (!letters.isEmpty() && bytes() + room > maxBytes) {
      evict();
    }
  }

  private void evict() throws IOException {
    Kept oldest = letters.firstEntry().getValue();
    files.delete(box.path(oldest.name()));
    letters.pollFirstEntry();
    evicted++;
    LOG.atWarn().addKeyValue("file", box.path(oldest.name())).log("dead letter gone by the bound");
  }

  /** The oldest letter of an uplink that was asked for, if there is one. */
  synchronized DeadLetters.@Nullable Asked asked(String uplink) throws IOException {
    look();
    for (Kept one : List.copyOf(letters.values())) {
      DeadLetter of = one.withoutPayload();
      if (one.name().asked() && of != null && of.uplink().equals(uplink)) {
        DeadLetter whole = whole(one);
        if (whole != null) {
          return new DeadLetters.Asked(one.name().number(), whole);
        }
      }
    }
    return null;
  }

  /** Null for one that became damaged: those behind it must not wait for it. */
  private @Nullable DeadLetter whole(Kept one) {
    try {
      return box.read(one.name(), one.bytes());
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", box.path(one.name()))
          .addKeyValue("reason", e.toString())
          .log("dead letter not readable");
      letters.put(one.name().number(), new Kept(one.name(), one.bytes(), null, false));
      tell();
      return null;
    }
  }

  /** The broker has it. */
  synchronized void delivered(long number) throws IOException {
    Kept gone = letters.get(number);
    if (gone != null) {
      files.delete(box.path(gone.name()));
      files.forceDirectory(box.directory());
      letters.remove(number);
      resent++;
      tell();
    }
  }

  /** The broker refused it again. */
  synchronized void refused(long number) throws IOException {
    Kept back = letters.get(number);
    if (back != null && back.name().asked()) {
      box.rename(back.name(), false);
      files.forceDirectory(box.directory());
      letters.put(number, back.named(back.name().marked(false), back.bytes()));
      refused++;
      tell();
    }
  }

  private long bytes() {
    return letters.values().stream().mapToLong(letter -> blocks(letter.bytes())).sum();
  }

  private static long blocks(long bytes) {
    return (bytes + BLOCK - 1) / BLOCK * BLOCK;
  }

  private void tell() {
    int damaged = (int) letters.values().stream().filter(Kept::damaged).count();
    int locked = (int) letters.values().stream().filter(Kept::locked).count();
    stats =
        new DeadLetterStats(
            letters.size(), bytes(), kept, evicted, 0, resent, refused, damaged, locked);
  }
}
