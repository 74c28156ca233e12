package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The real file system. */
final class DiskFiles implements FileOps {

  /** With less than this left, a failure is for want of room; bytes. */
  private static final long LEAST_ROOM = 64 * 1024;

  @Override
  public OpenFile create(Path path) throws IOException {
    try {
      return new DiskFile(
          path,
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw typed(e, spaceOf(path));
    }
  }

  @Override
  public OpenFile open(Path path, boolean forWriting) throws IOException {
    return new DiskFile(
        path,
        forWriting
            ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
            : FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw typed(e, spaceOf(to));
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    // Linux lets a directory be opened for reading and forced; that is what makes a name durable.
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw typed(e, () -> Files.getFileStore(directory).getUsableSpace());
    }
  }

  @Override
  public List<Listed> list(Path directory) throws IOException {
    List<Listed> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path path : entries) {
        File file = path.toFile(); // tells 0 bytes for one that is gone since the listing
        if (file.isFile()) {
          files.add(new Listed(path, file.length()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    List<Path> parents = parentsOfMissing(absolute);
    Files.createDirectories(absolute);
    for (Path parent : parents) {
      forceDirectory(parent);
    }
    Path parent = absolute.getParent();
    if (parents.isEmpty() && parent != null) {
      // A former start may have made it and died. Where somebody else made it, the parent may be
      // closed to us or on a file system that cannot be forced: that keeps nobody from writing.
      try {
        forceDirectory(parent);
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Where names come into being when the directory is made, outermost first. */
  static List<Path> parentsOfMissing(Path absolute) {
    List<Path> parents = new ArrayList<>();
    Path missing = absolute;
    Path parent = missing.getParent();
    while (parent != null && !Files.exists(missing)) {
      parents.add(0, parent);
      missing = parent;
      parent = missing.getParent();
    }
    return parents;
  }

  @Override
  public Closeable lock(Path directory) throws IOException {
    return DirectoryLock.acquire(directory);
  }

  /** Asks how many bytes are left. */
  interface Space {
    long usable() throws IOException;
  }

  private static Space spaceOf(Path file) {
    return () -> {
      Path directory = file.toAbsolutePath().getParent();
      return Files.getFileStore(directory == null ? file : directory).getUsableSpace();
    };
  }

  /**
   * The JDK tells a full disk only by the system's words, and those may be in any language: then
   * the room that is left tells.
   */
  static IOException typed(IOException e, Space space) {
    String message = String.valueOf(e.getMessage());
    String words = message.toLowerCase(Locale.ROOT);
    boolean full = words.contains("no space left") || words.contains("quota exceeded");
    return full || nothingLeft(space) ? new DiskFullException(message, e) : e;
  }

  private static boolean nothingLeft(Space space) {
    try {
      return space.usable() < LEAST_ROOM;
    } catch (IOException e) {
      return false; // not known: then the failure is what it says
    }
  }

  private record DiskFile(Path path, FileChannel channel) implements OpenFile {

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      try {
        long position = at;
        while (bytes.hasRemaining()) {
          position += channel.write(bytes, position);
        }
      } catch (IOException e) {
        throw typed(e, spaceOf(path));
      }
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      int total = 0;
      while (into.hasRemaining()) {
        int read = channel.read(into, at + total);
        if (read < 0) {
          break;
        }
        total += read;
      }
      return total;
    }

    @Override
    public void force(boolean metadata) throws IOException {
      try {
        channel.force(metadata);
      } catch (IOException e) {
        throw typed(e, spaceOf(path));
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
