package dev.sluice.driver.serial;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which line of this process has which port. The lock on the device file tells other processes; one
 * process holds it for all of its lines. Thread-safe.
 */
final class PortClaims {

  /** As there is one file system for all. Bounded by the number of lines. */
  private static final Map<String, String> LINES = new ConcurrentHashMap<>();

  private PortClaims() {}

  static void take(String path, String line) throws IOException {
    String other = LINES.putIfAbsent(path, line);
    if (line.equals(other)) {
      throw new IOException(
          path
              + " is still held by line "
              + line
              + " as it was before: its last request has not left; if that lasts, the adapter takes"
              + " no bytes: unplug it and plug it in again");
    }
    if (other != null) {
      throw new IOException(
          path + " is in use by line " + other + "; two lines cannot share a serial port");
    }
  }

  static void release(String path) {
    LINES.remove(path);
    synchronized (LINES) {
      LINES.notifyAll();
    }
  }

  /** Waits until no line has a port any more, at most for a time. */
  static void awaitNone(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    synchronized (LINES) {
      long left = millis;
      while (!LINES.isEmpty() && left > 0) {
        try {
          LINES.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        left = (end - System.nanoTime()) / 1_000_000;
      }
    }
  }
}
