package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The real file system without any force: what a test of durability must be able to tell. */
final class Unforced implements FileOps {

  @Override
  public OpenFile create(Path path) throws IOException {
    return new UnforcedFile(DISK.create(path));
  }

  @Override
  public OpenFile open(Path path, boolean forWriting) throws IOException {
    return new UnforcedFile(DISK.open(path, forWriting));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    DISK.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    DISK.delete(path);
  }

  @Override
  public void forceDirectory(Path directory) {}

  @Override
  public List<Listed> list(Path directory) throws IOException {
    return DISK.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    DISK.createDirectories(directory);
  }

  @Override
  public Closeable lock(Path directory) throws IOException {
    return DISK.lock(directory);
  }

  private record UnforcedFile(OpenFile file) implements OpenFile {

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      file.write(bytes, at);
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return file.read(into, at);
    }

    @Override
    public void force(boolean metadata) {}

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
