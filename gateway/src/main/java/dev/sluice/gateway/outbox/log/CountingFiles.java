package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Counts what is forced and what fails on the way to the file system. */
final class CountingFiles implements FileOps {

  /** A step that yields something. */
  private interface Step<T> {
    T run() throws IOException;
  }

  /** A step that yields nothing. */
  private interface Action {
    void run() throws IOException;
  }

  private final FileOps files;
  private final Tally tally;

  CountingFiles(FileOps files, Tally tally) {
    this.files = files;
    this.tally = tally;
  }

  private <T> T counted(Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (NoSuchFileException e) {
      throw e; // an answer, not a failure
    } catch (IOException e) {
      tally.failures.increment();
      throw e;
    }
  }

  private void counting(Action action) throws IOException {
    try {
      action.run();
    } catch (IOException e) {
      tally.failures.increment();
      throw e;
    }
  }

  @Override
  public OpenFile create(Path path) throws IOException {
    return new CountedFile(counted(() -> files.create(path)));
  }

  @Override
  public OpenFile open(Path path, boolean forWriting) throws IOException {
    return new CountedFile(counted(() -> files.open(path, forWriting)));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    counting(() -> files.rename(from, to));
  }

  @Override
  public void delete(Path path) throws IOException {
    counting(() -> files.delete(path));
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    tally.forces.increment();
    counting(() -> files.forceDirectory(directory));
  }

  @Override
  public List<Listed> list(Path directory) throws IOException {
    return counted(() -> files.list(directory));
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    counting(() -> files.createDirectories(directory));
  }

  @Override
  public Closeable lock(Path directory) throws IOException {
    return counted(() -> files.lock(directory));
  }

  private final class CountedFile implements OpenFile {

    private final OpenFile file;

    CountedFile(OpenFile file) {
      this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      int length = bytes.remaining();
      counting(() -> file.write(bytes, at));
      tally.writtenBytes.add(length);
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return counted(() -> file.read(into, at));
    }

    @Override
    public void force(boolean metadata) throws IOException {
      tally.forces.increment();
      counting(() -> file.force(metadata));
    }

    @Override
    public void truncate(long size) throws IOException {
      counting(() -> file.truncate(size));
    }

    @Override
    public void close() throws IOException {
      counting(file::close);
    }
  }
}
