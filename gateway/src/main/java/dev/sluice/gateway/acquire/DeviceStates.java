package dev.sluice.gateway.acquire;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What drivers learnt about devices, one small file each: written beside, forced, renamed, so that
 * a power cut leaves the old or the new one. Thread-safe.
 */
public final class DeviceStates {

  static final int MAX_BYTES = 64 * 1024;

  private final Vertx vertx;
  private final @Nullable Path directory;
  private final Map<String, Buffer> inMemory = new ConcurrentHashMap<>();

  /**
   * States kept under a directory.
   *
   * @param directory made when the first state is saved; none keeps states in memory
   */
  public DeviceStates(Vertx vertx, @Nullable Path directory) {
    this.vertx = vertx;
    this.directory = directory;
  }

  /** What was saved last; empty if nothing was, or if it cannot be read: it can be learnt again. */
  Future<Buffer> load(String device) {
    Path folder = directory;
    if (folder == null) {
      return Future.succeededFuture(inMemory.getOrDefault(device, Buffer.buffer()));
    }
    return vertx
        .executeBlocking(
            () -> {
              Path file = file(folder, device);
              return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES
                  ? Buffer.buffer(Files.readAllBytes(file))
                  : Buffer.buffer();
            })
        .otherwise(Buffer.buffer());
  }

  Future<Void> save(String device, Buffer state) {
    if (state.length() > MAX_BYTES) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "state of " + device + ": " + state.length() + " bytes, at most " + MAX_BYTES));
    }
    Buffer copy = state.copy();
    Path folder = directory;
    if (folder == null) {
      inMemory.put(device, copy);
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          write(folder, device, copy);
          return null;
        });
  }

  private static void write(Path folder, String device, Buffer state) throws IOException {
    Files.createDirectories(folder);
    Path fresh = folder.resolve(device + ".tmp");
    try (var channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(state.getBytes());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        fresh,
        file(folder, device),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path file(Path folder, String device) {
    return folder.resolve(device + ".state");
  }
}
