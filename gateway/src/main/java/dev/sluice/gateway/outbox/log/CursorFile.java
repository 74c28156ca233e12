package dev.sluice.gateway.outbox.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The file of one cursor. A slot is overwritten while the other one, which was forced, stays: a
 * torn write costs one sync. After a failure the file is replaced by a new one, never forced again,
 * and so is the file of a former process, whose failures are not known; but on a full disk that one
 * has to do. Writing thread only.
 */
final class CursorFile {

  static final String SUFFIX = ".cursor";
  static final String TEMPORARY = ".cursor.tmp";
  private static final int ATTEMPTS = 3;
  private static final String PLAIN =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

  /**
   * What a file holds.
   *
   * @param state null when no slot is valid
   * @param slot where that is, 0 or 1; 0 when nowhere
   * @param damaged whether a slot is neither valid nor blank
   */
  record Loaded(@Nullable CursorState state, int slot, boolean damaged) {}

  private final FileOps files;
  private final Path directory;
  private final Path path;
  private final ByteBuffer slot = ByteBuffer.allocate(CursorState.SLOT);
  private final Checksum sum = new Checksum();
  private @Nullable OpenFile file;

  /** The slot that is written next, which is not the one that counts. */
  private int next;

  /** What lies there under our name must not be forced again. */
  private boolean failed;

  CursorFile(FileOps files, Path directory, String uplink) {
    this.files = files;
    this.directory = directory;
    this.path = directory.resolve(fileName(uplink));
  }

  /** Letters, digits, dot, dash and underscore stay; other bytes become %XX. */
  static String fileName(String uplink) {
    StringBuilder name = new StringBuilder();
    for (byte b : uplink.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      if (PLAIN.indexOf(c) >= 0 || (c == '.' && !name.isEmpty())) {
        name.append(c);
      } else {
        name.append(String.format("%%%02X", (int) c));
      }
    }
    return name.append(SUFFIX).toString();
  }

  /** The uplink a file name stands for, or null when it is no name of ours. */
  static @Nullable String uplink(String fileName) {
    String name = fileName.substring(0, fileName.length() - SUFFIX.length());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%' && i + 2 < name.length()) {
        int high = Character.digit(name.charAt(++i), 16);
        int low = Character.digit(name.charAt(++i), 16);
        bytes.write(high << 4 | low);
      } else {
        bytes.write(c);
      }
    }
    String uplink = bytes.toString(StandardCharsets.UTF_8);
    return !uplink.isEmpty() && fileName(uplink).equals(fileName) ? uplink : null;
  }

  /** Makes the state durable. */
  void write(CursorState state) throws IOException {
    state.encode(slot, sum);
    OpenFile current = file;
    if (current == null) {
      try {
        replace();
        return;
      } catch (DiskFullException e) {
        if (failed) {
          throw e;
        }
        current = takeOver();
      }
    }
    try {
      current.write(slot.rewind(), (long) next * CursorState.SLOT);
      current.force(false);
      next = 1 - next;
    } catch (IOException e) {
      failed = true;
      giveUp();
      throw e;
    }
  }

  /** Goes on in the file that is there. */
  private OpenFile takeOver() throws IOException {
    next = 1 - load(files, path).slot();
    OpenFile taken = files.open(path, true);
    file = taken;
    return taken;
  }

  /** Both slots at their final size from the start: overwriting them needs no room on the disk. */
  private void replace() throws IOException {
    Path temporary = directory.resolve(path.getFileName() + ".tmp");
    files.delete(temporary);
    OpenFile made = files.create(temporary);
    boolean done = false;
    try {
      made.write(slot.duplicate(), 0);
      made.write(slot, CursorState.SLOT);
      made.force(true);
      files.rename(temporary, path);
      files.forceDirectory(directory);
      done = true;
    } finally {
      if (!done) {
        discard(made, temporary);
      }
    }
    file = made;
    next = 0;
    failed = false;
  }

  /** On a full disk somebody needs the room that it took. */
  private void discard(OpenFile made, Path temporary) {
    try {
      made.close();
      files.delete(temporary);
    } catch (IOException e) {
      return; // counted below us; the next write deletes it
    }
  }

  private void giveUp() {
    OpenFile given = file;
    file = null;
    try {
      if (given != null) {
        given.close();
      }
    } catch (IOException e) {
      return; // counted below us; the next write makes a new file
    }
  }

  void close() {
    giveUp();
  }

  void delete() throws IOException {
    giveUp();
    files.delete(path);
    files.forceDirectory(directory);
  }

  /** Reads a cursor file; the newer of its valid slots. */
  static Loaded load(FileOps files, Path path) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return loadOnce(files, path);
      } catch (NewerFormatException | NoSuchFileException e) {
        throw e;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          return new Loaded(null, 0, true);
        }
      }
    }
  }

  private static Loaded loadOnce(FileOps files, Path path) throws IOException {
    Checksum sum = new Checksum();
    CursorState best = null;
    int at = 0;
    boolean damaged = false;
    try (OpenFile file = files.open(path, false)) {
      for (int i = 0; i < 2; i++) {
        ByteBuffer slot = ByteBuffer.allocate(CursorState.SLOT);
        file.read(slot, (long) i * CursorState.SLOT);
        CursorState state = CursorState.decode(slot.flip(), path, sum);
        damaged |= state == null;
        if (state != null && (best == null || state.generation() > best.generation())) {
          best = state;
          at = i;
        }
      }
    }
    return new Loaded(best, at, damaged);
  }
}
