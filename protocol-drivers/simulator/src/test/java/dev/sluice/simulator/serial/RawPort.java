package dev.sluice.simulator.serial;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A client that has a device file open and knows nothing of frames. */
final class RawPort implements AutoCloseable {

  private static final long LOOK_NANOS = 200_000;

  private final FileInputStream in;
  private final FileOutputStream out;
  private long firstByteNanos;
  private long lastByteNanos;

  RawPort(Path port) throws IOException {
    in = new FileInputStream(port.toFile());
    out = new FileOutputStream(port.toFile());
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** So many bytes; fewer if no more came for ten seconds. */
  byte[] receive(int count) throws IOException {
    return receive(count, Duration.ofSeconds(10));
  }

  /**
   * So many bytes, or what came until nothing did for so long.
   *
   * @throws IOException when the other end was pulled
   */
  byte[] receive(int count, Duration silence) throws IOException {
    var bytes = new ByteArrayOutputStream();
    long began = System.nanoTime();
    lastByteNanos = began;
    while (bytes.size() < count && System.nanoTime() - lastByteNanos < silence.toNanos()) {
      int there = Math.min(in.available(), count - bytes.size());
      if (there == 0) {
        LockSupport.parkNanos(LOOK_NANOS);
        continue;
      }
      lastByteNanos = System.nanoTime();
      firstByteNanos = bytes.size() == 0 ? lastByteNanos : firstByteNanos;
      byte[] piece = new byte[there];
      bytes.write(piece, 0, in.read(piece));
    }
    return bytes.toByteArray();
  }

  /** Sends a request and takes what comes back. */
  byte[] ask(byte[] request, int replyBytes) throws IOException {
    send(request);
    return receive(replyBytes);
  }

  /** When the last call of receive saw its first byte. */
  long firstByteNanos() {
    return firstByteNanos;
  }

  long lastByteNanos() {
    return lastByteNanos;
  }

  @Override
  public void close() throws IOException {
    try (in;
        out) {
      // Both, whatever happens to one.
    }
  }
}
