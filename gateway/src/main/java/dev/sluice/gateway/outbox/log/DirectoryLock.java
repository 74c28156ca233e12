package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a second opener out. The lock is the operating system's and dies with the process; the file
 * stays and says who holds it.
 */
final class DirectoryLock implements Closeable {

  static final String NAME = "lock";

  /**
   * Directories locked by this process. Needed because POSIX drops a process's lock as soon as it
   * closes any descriptor of the file: a second attempt must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  static DirectoryLock acquire(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!HELD.add(real)) {
      throw new DirectoryLockedException(directory, "this process");
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel =
          FileChannel.open(
              real.resolve(NAME),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new DirectoryLockedException(directory, holder(channel));
      }
      sayWho(channel);
      locked = true;
      return new DirectoryLock(real, channel);
    } finally {
      if (!locked) {
        HELD.remove(real);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  /** The name of the holder only helps people: a full disk must not keep the log from opening. */
  private static void sayWho(FileChannel channel) {
    byte[] text = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(text), 0);
    } catch (IOException e) {
      return;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(32);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    return text.matches("[0-9]{1,10}") ? "process " + text : "another process";
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(directory);
    }
  }
}
