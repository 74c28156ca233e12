package dev.sluice.simulator.serial;

import dev.sluice.simulator.spec.Fault;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who is to send when; what is wrong with a device is decided when it is asked. */
public final class Turns {

  /** Who asks for more than that without waiting is not heard, as by a device's small buffer. */
  static final int MAX_WAITING = 256;

  /**
   * A reply that is due.
   *
   * @param usable false when it will be so late that the client has given up
   */
  record Turn(
      long atNanos,
      long order,
      SerialDevice device,
      Fault fault,
      boolean usable,
      Supplier<byte[]> bytes) {}

  private final PriorityQueue<Turn> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Turn::atNanos).thenComparing(Turn::order));
  private final Troubles troubles;
  private long order;
  private long earliestNanos;

  Turns(Troubles troubles) {
    this.troubles = troubles;
  }

  /** Nobody may begin to send before. */
  void notBefore(long nanos) {
    earliestNanos = nanos;
  }

  /**
   * A device is to send something.
   *
   * @param bytes called when its time has come, so that all values are of that moment
   */
  public void add(SerialDevice device, Supplier<byte[]> bytes) {
    Fault fault = device.fault().now();
    if (fault instanceof Fault.Silence || waiting.size() >= MAX_WAITING) {
      return;
    }
    long at = earliestNanos;
    boolean usable = true;
    if (fault instanceof Fault.Delay delay) {
      at += delay.time().toNanos();
    } else if (fault instanceof Fault.Late late && troubles.happens(late.percent())) {
      at += late.time().toNanos();
      usable = false;
    }
    waiting.add(new Turn(at, order++, device, fault, usable, bytes));
  }

  /** How long until the next one, at most {@code most} and not negative; nanoseconds. */
  long waitNanos(long nowNanos, long most) {
    Turn next = waiting.peek();
    return next == null ? most : Math.max(0, Math.min(most, next.atNanos - nowNanos));
  }

  /** Takes the next one whose time has come. */
  @Nullable Turn next(long nowNanos) {
    Turn next = waiting.peek();
    return next != null && next.atNanos - nowNanos <= 0 ? waiting.poll() : null;
  }

  void clear() {
    waiting.clear();
  }
}
