package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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

  @Override
  public OpenFile create(Path path) throws IOException {
    try {
      return new DiskFile(
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw typed(e);
    }
  }

  @Override
  public OpenFile open(Path path, boolean forWriting) throws IOException {
    return new DiskFile(
        forWriting
            ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
            : FileChannel.open(path, StandardOpenOption.READ));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw typed(e);
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
      throw typed(e);
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
    }
    return files;
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory);
  }

  @Override
  public Closeable lock(Path directory) throws IOException {
    return DirectoryLock.acquire(directory);
  }

  /** The JDK tells a full disk only by the system's words. */
  static IOException typed(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded")
        ? new DiskFullException(message, e)
        : e;
  }

  private record DiskFile(FileChannel channel) implements OpenFile {

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      try {
        long position = at;
        while (bytes.hasRemaining()) {
          position += channel.write(bytes, position);
        }
      } catch (IOException e) {
        throw typed(e);
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
        throw typed(e);
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
