package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory, gone with the process: a log over it is the same log, bounded and
 * announcing its losses in the same way, without a disk. Full beyond a number of bytes.
 * Thread-safe.
 */
public final class VolatileFiles implements FileOps {

  private static final int PIECE = 16 * 1024;

  private final long capacity;
  private final Map<Path, Content> files = new HashMap<>();
  private long allocated;

  /** Holds at most so many bytes, in pieces of 16 KiB; what does not fit is a full disk. */
  public VolatileFiles(long capacity) {
    this.capacity = capacity;
  }

  /** What a file holds; guarded by the file system. */
  private static final class Content {
    final List<byte[]> pieces = new ArrayList<>();
    long size;
    boolean deleted;
  }

  /** Bytes that all files take. */
  synchronized long allocated() {
    return allocated;
  }

  @Override
  public synchronized OpenFile create(Path path) throws IOException {
    if (files.containsKey(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    Content content = new Content();
    files.put(path, content);
    return new Handle(content);
  }

  @Override
  public synchronized OpenFile open(Path path, boolean forWriting) throws IOException {
    return new Handle(found(path));
  }

  private Content found(Path path) throws NoSuchFileException {
    Content content = files.get(path);
    if (content == null) {
      throw new NoSuchFileException(path.toString());
    }
    return content;
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    Content content = found(from);
    files.remove(from);
    forget(files.put(to, content));
  }

  @Override
  public synchronized void delete(Path path) {
    forget(files.remove(path));
  }

  /** Who still has it open goes on reading it; its room counts as free. */
  private void forget(@Nullable Content content) {
    if (content != null) {
      content.deleted = true;
      allocated -= (long) content.pieces.size() * PIECE;
    }
  }

  @Override
  public void forceDirectory(Path directory) {}

  @Override
  public synchronized List<Listed> list(Path directory) {
    List<Listed> listed = new ArrayList<>();
    files.forEach((path, content) -> listed.add(new Listed(path, content.size)));
    return listed;
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public Closeable lock(Path directory) {
    return () -> {};
  }

  /** All handles of a file see the same bytes. */
  private final class Handle implements OpenFile {

    private final Content content;

    Handle(Content content) {
      this.content = content;
    }

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      synchronized (VolatileFiles.this) {
        long end = at + bytes.remaining();
        grow(end);
        long position = at;
        while (bytes.hasRemaining()) {
          int offset = (int) (position % PIECE);
          int length = Math.min(bytes.remaining(), PIECE - offset);
          bytes.get(content.pieces.get((int) (position / PIECE)), offset, length);
          position += length;
        }
        content.size = Math.max(content.size, end);
      }
    }

    private void grow(long end) throws DiskFullException {
      long pieces = (end + PIECE - 1) / PIECE - content.pieces.size();
      if (pieces > 0 && !content.deleted && allocated + pieces * PIECE > capacity) {
        throw new DiskFullException("no room in memory beyond " + capacity + " bytes", null);
      }
      for (long i = 0; i < pieces; i++) {
        content.pieces.add(new byte[PIECE]);
        allocated += content.deleted ? 0 : PIECE;
      }
    }

    @Override
    public int read(ByteBuffer into, long at) {
      synchronized (VolatileFiles.this) {
        long end = Math.min(content.size, at + into.remaining());
        long position = at;
        while (position < end) {
          int offset = (int) (position % PIECE);
          int length = (int) Math.min(end - position, PIECE - offset);
          into.put(content.pieces.get((int) (position / PIECE)), offset, length);
          position += length;
        }
        return (int) (position - at);
      }
    }

    @Override
    public void force(boolean metadata) {}

    @Override
    public void truncate(long size) {
      synchronized (VolatileFiles.this) {
        int pieces = (int) ((size + PIECE - 1) / PIECE);
        while (content.pieces.size() > pieces) {
          content.pieces.remove(content.pieces.size() - 1);
          allocated -= content.deleted ? 0 : PIECE;
        }
        if (size < content.size && size % PIECE != 0) {
          byte[] last = content.pieces.get(pieces - 1);
          Arrays.fill(last, (int) (size % PIECE), PIECE, (byte) 0);
        }
        content.size = Math.min(content.size, size);
      }
    }

    @Override
    public void close() {}
  }
}
