package dev.sluice.e2e.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What happened, in order; a test waits for the entry that it expects. Thread-safe. */
public final class Journal<T> {

  private final String what;
  private final List<T> entries = new ArrayList<>();

  private Journal(String what) {
    this.what = what;
  }

  /** An empty one; the name is for what a test says that waits in vain. */
  public static <T> Journal<T> of(String what) {
    return new Journal<>(what);
  }

  public synchronized void add(T entry) {
    entries.add(entry);
    notifyAll();
  }

  public synchronized List<T> all() {
    return List.copyOf(entries);
  }

  public synchronized int size() {
    return entries.size();
  }

  /** The first entry, of old ones too, that is so. */
  public T await(Duration limit, Predicate<? super T> isSo) {
    return await(0, limit, isSo);
  }

  /**
   * The first entry that is so, from a position on.
   *
   * @throws AssertionError with all that came instead
   */
  public synchronized T await(int from, Duration limit, Predicate<? super T> isSo) {
    long end = System.nanoTime() + limit.toNanos();
    int next = from;
    while (true) {
      for (; next < entries.size(); next++) {
        if (isSo.test(entries.get(next))) {
          return entries.get(next);
        }
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("not within " + limit.toMillis() + " ms, " + what + ":" + lines());
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }

  private String lines() {
    var lines = new StringBuilder();
    entries.forEach(entry -> lines.append("\n  ").append(entry));
    return lines.toString();
  }
}
