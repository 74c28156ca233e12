package dev.sluice.gateway.outbox.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A file system that knows what is durable: content counts from its force on, a name from the force
 * of its directory on. {@link #crash} loses the rest, or a random part of it. Every step passes a
 * hook that may fail it.
 */
public final class MemoryFiles implements FileOps {

  /** What a hook is told before a step. */
  public enum Op {
    CREATE,
    OPEN,
    READ,
    WRITE,
    FORCE,
    TRUNCATE,
    RENAME,
    DELETE,
    FORCE_DIRECTORY,
    LIST
  }

  /** Fails a step, or notes it. */
  public interface Hook {
    void before(Op op, Path path) throws IOException;
  }

  private static final int SECTOR = 512;

  /** A file behind its names. */
  private static final class Node {
    byte[] content = new byte[0];
    byte[] durable = new byte[0];

    /** Bytes that a failed force left: they look clean, no later force writes them. */
    BitSet dropped = new BitSet();

    void forced() {
      byte[] next = content.clone();
      for (int i = dropped.nextSetBit(0);
          i >= 0 && i < next.length;
          i = dropped.nextSetBit(i + 1)) {
        next[i] = i < durable.length ? durable[i] : 0;
      }
      durable = next;
    }

    void forceFailed() {
      for (int i = 0; i < content.length; i++) {
        if (content[i] != (i < durable.length ? durable[i] : 0)) {
          dropped.set(i);
        }
      }
    }
  }

  /** A change of names: from what to what, null for nothing. */
  private record Change(@Nullable Path from, @Nullable Path to, Node node) {

    void apply(Map<Path, Node> names) {
      if (from != null) {
        names.remove(from, node);
      }
      if (to != null) {
        names.put(to, node);
      }
    }
  }

  private Map<Path, Node> live = new HashMap<>();
  private Map<Path, Node> durableNames = new HashMap<>();
  private List<Map<Path, Node>> unforcedNames = new ArrayList<>();
  private List<Change> unforcedChanges = new ArrayList<>();
  private final Set<Path> locked = new HashSet<>();
  private volatile Hook hook = (op, path) -> {};
  private long capacity = Long.MAX_VALUE;

  /** All names, with the number of bytes. */
  public synchronized Map<Path, byte[]> contents() {
    Map<Path, byte[]> contents = new HashMap<>();
    live.forEach((path, node) -> contents.put(path, node.content.clone()));
    return contents;
  }

  /** A durable file system of the given files. */
  public static MemoryFiles of(Map<Path, byte[]> contents) {
    MemoryFiles files = new MemoryFiles();
    contents.forEach(
        (path, bytes) -> {
          Node node = new Node();
          node.content = bytes.clone();
          node.durable = bytes.clone();
          files.live.put(path, node);
          files.durableNames.put(path, node);
        });
    return files;
  }

  /** Changes a file behind everybody's back, durably. */
  public synchronized void change(Path path, UnaryOperator<byte[]> damage) {
    Node node = live.get(path);
    node.content = damage.apply(node.content);
    node.durable = node.content.clone();
  }

  /** From now on no file grows unless all of them together stay below; bytes. */
  public synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /** What all files take. */
  public synchronized long used() {
    return live.values().stream().mapToLong(node -> node.content.length).sum();
  }

  public void hook(Hook newHook) {
    hook = newHook;
  }

  /** What a power cut leaves, at worst: only what was forced. */
  public synchronized MemoryFiles afterCrash() {
    Map<Path, byte[]> left = new HashMap<>();
    durableNames.forEach((path, node) -> left.put(path, node.durable));
    return of(left);
  }

  /** What a power cut may leave: of what was not forced, some sectors and a prefix of the names. */
  public synchronized MemoryFiles afterCrash(RandomGenerator random) {
    List<Map<Path, Node>> states = new ArrayList<>(unforcedNames);
    states.add(0, durableNames);
    Map<Path, Node> names = states.get(random.nextInt(states.size()));
    Map<Path, byte[]> left = new HashMap<>();
    names.forEach((path, node) -> left.put(path, torn(node, random)));
    return of(left);
  }

  /**
   * What a power cut may leave where a file system keeps no order: of what was not forced, some
   * sectors and some of the changes of names, whichever.
   */
  public synchronized MemoryFiles afterReordering(RandomGenerator random) {
    Map<Path, Node> names = new HashMap<>(durableNames);
    for (Change change : unforcedChanges) {
      if (random.nextBoolean()) {
        change.apply(names);
      }
    }
    Map<Path, byte[]> left = new HashMap<>();
    names.forEach((path, node) -> left.put(path, torn(node, random)));
    return of(left);
  }

  private static byte[] torn(Node node, RandomGenerator random) {
    int size = random.nextBoolean() ? node.content.length : node.durable.length;
    byte[] torn = Arrays.copyOf(node.durable, size);
    for (int at = 0; at < size; at += SECTOR) {
      int end = Math.min(at + SECTOR, Math.min(size, node.content.length));
      if (at < end && random.nextBoolean()) {
        System.arraycopy(node.content, at, torn, at, end - at);
      }
    }
    return torn;
  }

  /** What a killed process leaves: all that was written. */
  public synchronized MemoryFiles afterKill() {
    MemoryFiles files = new MemoryFiles();
    Map<Node, Node> copies = new HashMap<>();
    files.live = copy(live, copies);
    files.durableNames = copy(durableNames, copies);
    unforcedNames.forEach(names -> files.unforcedNames.add(copy(names, copies)));
    for (Change change : unforcedChanges) {
      Node node = copies.get(change.node);
      if (node != null) { // else it has no name in any state
        files.unforcedChanges.add(new Change(change.from, change.to, node));
      }
    }
    return files;
  }

  private static Map<Path, Node> copy(Map<Path, Node> names, Map<Node, Node> copies) {
    Map<Path, Node> copied = new HashMap<>();
    names.forEach(
        (path, node) ->
            copied.put(
                path,
                copies.computeIfAbsent(
                    node,
                    original -> {
                      Node copy = new Node();
                      copy.content = original.content.clone();
                      copy.durable = original.durable.clone();
                      copy.dropped = (BitSet) original.dropped.clone();
                      return copy;
                    })));
    return copied;
  }

  private synchronized void namesChanged(@Nullable Path from, @Nullable Path to, Node node) {
    unforcedChanges.add(new Change(from, to, node));
    unforcedNames.add(new HashMap<>(live));
  }

  @Override
  public OpenFile create(Path path) throws IOException {
    hook.before(Op.CREATE, path);
    synchronized (this) {
      if (live.containsKey(path)) {
        throw new FileAlreadyExistsException(path.toString());
      }
      Node node = new Node();
      live.put(path, node);
      namesChanged(null, path, node);
      return new Handle(path, node);
    }
  }

  @Override
  public OpenFile open(Path path, boolean forWriting) throws IOException {
    hook.before(Op.OPEN, path);
    synchronized (this) {
      Node node = live.get(path);
      if (node == null) {
        throw new NoSuchFileException(path.toString());
      }
      return new Handle(path, node);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    hook.before(Op.RENAME, from);
    synchronized (this) {
      Node node = live.remove(from);
      if (node == null) {
        throw new NoSuchFileException(from.toString());
      }
      live.put(to, node);
      namesChanged(from, to, node);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    hook.before(Op.DELETE, path);
    synchronized (this) {
      Node node = live.remove(path);
      if (node != null) {
        namesChanged(path, null, node);
      }
    }
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    hook.before(Op.FORCE_DIRECTORY, directory);
    synchronized (this) {
      durableNames = new HashMap<>(live);
      unforcedNames = new ArrayList<>();
      unforcedChanges = new ArrayList<>();
    }
  }

  @Override
  public List<Listed> list(Path directory) throws IOException {
    hook.before(Op.LIST, directory);
    synchronized (this) {
      List<Listed> files = new ArrayList<>();
      live.forEach(
          (path, node) -> {
            if (path.getParent().equals(directory)) {
              files.add(new Listed(path, node.content.length));
            }
          });
      return files;
    }
  }

  @Override
  public void createDirectories(Path directory) {}

  @Override
  public synchronized Closeable lock(Path directory) throws IOException {
    if (!locked.add(directory)) {
      throw new DirectoryLockedException(directory, "this process");
    }
    return () -> {
      synchronized (this) {
        locked.remove(directory);
      }
    };
  }

  private final class Handle implements OpenFile {
    private final Path path;
    private final Node node;

    Handle(Path path, Node node) {
      this.path = path;
      this.node = node;
    }

    @Override
    public void write(ByteBuffer bytes, long at) throws IOException {
      boolean failed = true;
      try {
        hook.before(Op.WRITE, path);
        grow(at + bytes.remaining() - node.content.length);
        failed = false;
      } finally {
        synchronized (MemoryFiles.this) {
          // A failing device may have taken a part.
          int length = failed ? bytes.remaining() / 2 : bytes.remaining();
          if (failed && capacity < Long.MAX_VALUE) {
            length = (int) Math.max(0, Math.min(length, node.content.length - at));
          }
          int end = (int) at + length;
          if (node.content.length < end) {
            node.content = Arrays.copyOf(node.content, end);
          }
          bytes.get(node.content, (int) at, length);
          node.dropped.clear((int) at, end);
        }
      }
    }

    private void grow(long by) throws DiskFullException {
      synchronized (MemoryFiles.this) {
        if (by > 0 && used() + by > capacity) {
          throw new DiskFullException("no space left in memory", null);
        }
      }
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      hook.before(Op.READ, path);
      synchronized (MemoryFiles.this) {
        int length = (int) Math.max(0, Math.min(into.remaining(), node.content.length - at));
        into.put(node.content, (int) Math.min(at, node.content.length), length);
        return length;
      }
    }

    @Override
    public void force(boolean metadata) throws IOException {
      boolean failed = true;
      try {
        hook.before(Op.FORCE, path);
        failed = false;
      } finally {
        synchronized (MemoryFiles.this) {
          if (failed) {
            node.forceFailed();
          } else {
            node.forced();
          }
        }
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      hook.before(Op.TRUNCATE, path);
      synchronized (MemoryFiles.this) {
        if (size < node.content.length) {
          node.content = Arrays.copyOf(node.content, (int) size);
        }
      }
    }

    @Override
    public void close() {}
  }
}
