package dev.sluice.driver.testkit;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Records what a {@link FaultProxy} delivered, per connection and direction, as the receiver got
 * it: after corruption, without what was swallowed or cut. Thread-safe.
 *
 * <p>Holds at most so many bytes in all; a tap that overflowed refuses to answer, so that no test
 * passes on half of the traffic.
 */
public final class TrafficTap {

  private final long maxBytes;
  private final List<Recording> recordings = new ArrayList<>();
  private long total;

  TrafficTap(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** One connection's bytes. */
  private record Recording(ByteArrayOutputStream toServer, ByteArrayOutputStream toClient) {

    ByteArrayOutputStream of(Direction direction) {
      return direction == Direction.TO_SERVER ? toServer : toClient;
    }
  }

  /** How many connections were recorded; they are numbered from 0 in the order of acceptance. */
  public synchronized int connections() {
    checkComplete();
    return recordings.size();
  }

  /**
   * All bytes so far of one direction of one connection.
   *
   * @throws IllegalStateException if the tap overflowed
   */
  public synchronized byte[] bytes(int connection, Direction direction) {
    checkComplete();
    return recordings.get(connection).of(direction).toByteArray();
  }

  /** How many bytes were recorded over all connections and both directions. */
  public synchronized long total() {
    checkComplete();
    return total;
  }

  synchronized int open() {
    recordings.add(new Recording(new ByteArrayOutputStream(), new ByteArrayOutputStream()));
    return recordings.size() - 1;
  }

  synchronized void record(int connection, Direction direction, Buffer bytes) {
    total += bytes.length();
    if (total > maxBytes) {
      recordings.clear();
      return;
    }
    recordings.get(connection).of(direction).writeBytes(bytes.getBytes());
  }

  private void checkComplete() {
    if (total > maxBytes) {
      throw new IllegalStateException(
          "the tap overflowed: " + total + " bytes went through, it holds " + maxBytes);
    }
  }
}
