package dev.sluice.gateway.command;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slots in a file that is a ring: the one of a number lies at that number modulo how many there may
 * be. Forced to the disk one by one. Blocks; not thread-safe.
 */
final class SeenFile implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(SeenFile.class);

  /** More than the largest that may be configured; what is beyond is of no use. */
  private static final int MOST_BYTES = 200_000 * SeenSlot.BYTES;

  private final int most;
  private final FileChannel channel;

  /** What was there when it was opened, the oldest first; at most as many as there may be. */
  private final List<SeenSlot> found;

  private SeenFile(int most, FileChannel channel, List<SeenSlot> found) {
    this.most = most;
    this.channel = channel;
    this.found = found;
  }

  /**
   * Opens one, or makes it.
   *
   * @param most how many slots it has; a file with another number of them is written anew
   */
  static SeenFile open(Path file, int most) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    List<SeenSlot> found = List.of();
    if (Files.exists(file)) {
      byte[] bytes = read(file);
      found = slots(file, bytes);
      found = List.copyOf(found.subList(Math.max(0, found.size() - most), found.size()));
      if (!isInPlace(found, bytes, most)) {
        rewrite(file, found, most);
      }
    } else {
      rewrite(file, found, most);
    }
    return new SeenFile(most, FileChannel.open(file, StandardOpenOption.WRITE), found);
  }

  List<SeenSlot> found() {
    return found;
  }

  void write(SeenSlot slot) throws IOException {
    write(channel, slot, most);
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static byte[] read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES);
    }
  }

  private static List<SeenSlot> slots(Path file, byte[] bytes) {
    var slots = new ArrayList<SeenSlot>();
    int damaged = 0;
    for (int at = 0; at + SeenSlot.BYTES <= bytes.length; at += SeenSlot.BYTES) {
      SeenSlot slot = SeenSlot.of(bytes, at);
      if (slot != null) {
        slots.add(slot);
      } else if (!isEmpty(bytes, at)) {
        damaged++;
      }
    }
    if (damaged > 0) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("damaged", damaged)
          .addKeyValue("kept", slots.size())
          .log("ids of commands are lost; those commands are not known again");
    }
    slots.sort(Comparator.comparingLong(SeenSlot::number));
    return slots;
  }

  private static boolean isEmpty(byte[] bytes, int at) {
    for (int i = at; i < at + SeenSlot.BYTES; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInPlace(List<SeenSlot> slots, byte[] bytes, int most) {
    for (SeenSlot slot : slots) {
      int at = (int) (slot.number() % most) * SeenSlot.BYTES;
      if (at + SeenSlot.BYTES > bytes.length || !slot.equals(SeenSlot.of(bytes, at))) {
        return false;
      }
    }
    return bytes.length <= most * SeenSlot.BYTES;
  }

  /** Beside, forced, renamed: a power cut leaves the old or the new one. */
  private static void rewrite(Path file, List<SeenSlot> slots, int most) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try (var out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (SeenSlot slot : slots) {
        write(out, slot, most);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void write(FileChannel out, SeenSlot slot, int most) throws IOException {
    ByteBuffer bytes = slot.bytes();
    long at = slot.number() % most * SeenSlot.BYTES;
    while (bytes.hasRemaining()) {
      at += out.write(bytes, at);
    }
  }
}
