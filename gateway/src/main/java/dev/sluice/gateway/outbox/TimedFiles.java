package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/** Tells the wear of the flash from what goes to the disk. */
record TimedFiles(FileOps files, FlashWear wear, LongSupplier nanos) implements FileOps {

  /** What takes its time. */
  private interface Sync {
    void run() throws IOException;
  }

  private void timed(Sync sync) throws IOException {
    long start = nanos.getAsLong();
    try {
      sync.run();
    } finally {
      long end = nanos.getAsLong();
      wear.synced(end - start, end);
    }
  }

  @Override
  public OpenFile create(Path path) throws IOException {
    return new TimedFile(files.create(path));
  }

  @Override
  public OpenFile open(Path path, boolean forWriting) throws IOException {
    return new TimedFile(files.open(path, forWriting));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    files.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    files.delete(path);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    timed(() -> files.forceDirectory(directory));
  }

  @Override
  public List<Listed> list(Path directory) throws IOException {
    return files.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    files.createDirectories(directory);
  }

  @Override
  public Closeable lock(Path directory) throws IOException {
    return files.lock(directory);
  }

  private final class TimedFile implements OpenFile {
    private final OpenFile file;

    TimedFile(OpenFile file) {
      this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      int length = bytes.remaining();
      file.write(bytes, at);
      wear.wrote(length, nanos.getAsLong());
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return file.read(into, at);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      timed(() -> file.force(metadata));
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
