package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * All that the log does to a file system, so that a test can fail each step of it. Thread-safe. A
 * full disk or quota is a {@link DiskFullException}.
 */
public interface FileOps {

  /** The real one. */
  FileOps DISK = new DiskFiles();

  /** A regular file of a directory. */
  record Listed(Path path, long size) {}

  /** Makes a file that must not exist, for writing and reading. */
  OpenFile create(Path path) throws IOException;

  /**
   * Opens a file.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  OpenFile open(Path path, boolean forWriting) throws IOException;

  /** Atomic; replaces what has that name. */
  void rename(Path from, Path to) throws IOException;

  /** Does nothing when there is no such file. */
  void delete(Path path) throws IOException;

  /** Makes creations, renames and deletions in the directory durable. */
  void forceDirectory(Path directory) throws IOException;

  /** The regular files in a directory, in no order. */
  List<Listed> list(Path directory) throws IOException;

  void createDirectories(Path directory) throws IOException;

  /**
   * Keeps others out until closed.
   *
   * @throws DirectoryLockedException at once when somebody else has the directory
   */
  Closeable lock(Path directory) throws IOException;
}
