package dev.sluice.gateway.outbox.dead;

import dev.sluice.gateway.outbox.log.BlobSeal;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.KeyMissingException;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Letters to look at and to ask for. Needs no lock: whoever asks renames a file, and a gateway that
 * runs in the same directory notices. Blocks for the disk; thread-safe, as it keeps nothing.
 */
public final class LetterBox {

  /** The directory in that of the outbox. */
  public static final String DIRECTORY = "dead";

  private final Path directory;
  private final FileOps files;
  private final LetterFormat format;

  /**
   * Letters beside an outbox in its directory; there may be none.
   *
   * @param keys to read what is encrypted; what they do not fit is locked
   */
  public LetterBox(Path outboxDirectory, Keys keys) {
    this(outboxDirectory.resolve(DIRECTORY), FileOps.DISK, keys);
  }

  LetterBox(Path directory, FileOps files, Keys keys) {
    this.directory = directory;
    this.files = files;
    this.format = new LetterFormat(new BlobSeal(keys, new SecureRandom()));
  }

  /**
   * A letter as it lies there.
   *
   * @param number by which it is asked for
   * @param asked whether it is to be sent again
   * @param bytes on disk
   * @param letter null when it cannot be read
   * @param damage why not; empty when it can, and when it is locked
   * @param missingKey id of the key without which it is locked; empty when it is not
   */
  public record Found(
      long number,
      boolean asked,
      long bytes,
      @Nullable DeadLetter letter,
      String damage,
      String missingKey) {}

  /** All letters, the oldest first; none where there is no directory. */
  public List<Found> list() throws IOException {
    List<Found> all = new ArrayList<>();
    for (Map.Entry<LetterName, FileOps.Listed> entry : names().entrySet()) {
      Found found = found(entry.getKey(), entry.getValue().size());
      if (found != null) {
        all.add(found);
      }
    }
    return all;
  }

  private @Nullable Found found(LetterName name, long size) {
    long number = name.number();
    try {
      return new Found(number, name.asked(), size, read(name, size), "", "");
    } catch (NoSuchFileException e) {
      return null; // sent, or gone, since the listing
    } catch (KeyMissingException e) {
      return new Found(number, name.asked(), size, null, "", e.keyId());
    } catch (IOException e) {
      return new Found(number, name.asked(), size, null, String.valueOf(e.getMessage()), "");
    }
  }

  /**
   * Asks for letters to be sent again; one that cannot be read is not sent before it can.
   *
   * @param wanted which numbers
   * @return how many were asked for now
   */
  public int ask(LongPredicate wanted) throws IOException {
    int count = 0;
    for (LetterName name : names().keySet()) {
      if (!name.asked() && wanted.test(name.number())) {
        rename(name, true);
        count++;
      }
    }
    if (count > 0) {
      files.forceDirectory(directory);
    }
    return count;
  }

  Path directory() {
    return directory;
  }

  /** Files with their sizes, the oldest first. */
  Map<LetterName, FileOps.Listed> names() throws IOException {
    Map<LetterName, FileOps.Listed> names =
        new TreeMap<>(
            Comparator.comparingLong(LetterName::number)
                .thenComparing(LetterName::seq)
                .thenComparing(LetterName::asked));
    for (FileOps.Listed file : files()) {
      LetterName name = LetterName.parse(file.path().getFileName().toString());
      if (name != null) {
        names.put(name, file);
      }
    }
    return names;
  }

  List<FileOps.Listed> files() throws IOException {
    try {
      return files.list(directory);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Reads a file; the size is what the listing said. */
  DeadLetter read(LetterName name, long size) throws IOException {
    if (size > LetterFormat.MAX_BYTES) {
      throw new IOException(size + " bytes, no letter is that large");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    try (OpenFile file = files.open(path(name), false)) {
      int read = file.read(bytes, 0);
      return format.decode(Arrays.copyOf(bytes.array(), read));
    }
  }

  Path path(LetterName name) {
    return directory.resolve(name.file());
  }

  byte[] encode(DeadLetter letter) {
    return format.encode(letter);
  }

  void rename(LetterName name, boolean asked) throws IOException {
    files.rename(path(name), path(name.marked(asked)));
  }
}
