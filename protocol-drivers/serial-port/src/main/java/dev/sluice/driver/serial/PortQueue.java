package dev.sluice.driver.serial;

import dev.sluice.driver.PollClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The exchanges that wait for a port: the most urgent first, then in order. Thread-safe. */
final class PortQueue {

  /** A host keeps a few in flight; more than that is a bug of it. */
  static final int MOST = 256;

  private final Map<PollClass, ArrayDeque<Exchange>> waiting = new EnumMap<>(PollClass.class);
  private int size;
  private boolean closed;

  /** Adds one; false if nothing is taken any more. */
  synchronized boolean add(Exchange exchange) {
    if (closed) {
      return false;
    }
    if (size == MOST) {
      throw new IllegalStateException("BUG: " + MOST + " exchanges wait for one port");
    }
    waiting.computeIfAbsent(exchange.pollClass(), c -> new ArrayDeque<>()).add(exchange);
    size++;
    return true;
  }

  synchronized @Nullable Exchange poll() {
    for (ArrayDeque<Exchange> of : waiting.values()) {
      Exchange first = of.poll();
      if (first != null) {
        size--;
        return first;
      }
    }
    return null;
  }

  synchronized boolean isEmpty() {
    return size == 0;
  }

  /** Takes nothing more; what waited is given back. */
  synchronized List<Exchange> close() {
    closed = true;
    var left = new ArrayList<Exchange>();
    waiting.values().forEach(of -> left.addAll(of));
    waiting.values().forEach(ArrayDeque::clear);
    size = 0;
    return left;
  }
}
