package dev.sluice.simulator.serial;

import dev.sluice.simulator.serial.Turns.Turn;
import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.Medium;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of one serial line: hears requests, and lets the devices send when it is time. */
final class LineThread extends Thread {

  private static final Logger LOG = LoggerFactory.getLogger(LineThread.class);
  private static final int MAX_CHUNK = 4096;
  private static final long TICK_NANOS = 10_000_000;
  // Pieces of one request are this far apart on a busy machine, whatever the wire.
  private static final long SCHEDULING_NANOS = 50_000_000;

  // When the machine, not the wire, made a reply so late, the client may have given it up. If it
  // has
  // not, it gets the same count twice, which is no loss.
  private static final long STALL_NANOS = 400_000_000;

  private final String id;
  private final Medium.Serial medium;
  private final Wire wire;
  private final Stations stations;
  private final Troubles troubles;
  private final Turns turns;
  private volatile boolean ending;

  LineThread(String id, Medium.Serial medium, Wire wire, Stations stations, long seed) {
    super("serial-" + id);
    setDaemon(true);
    this.id = id;
    this.medium = medium;
    this.wire = wire;
    this.stations = stations;
    this.troubles = new Troubles(seed);
    this.turns = new Turns(troubles);
  }

  /** Asks it to end; it pulls the wire then. */
  void end() {
    ending = true;
  }

  @Override
  public void run() {
    try {
      serve();
    } catch (IOException | RuntimeException e) {
      LOG.atError().addKeyValue("line", id).setCause(e).log("serial line ended");
    } finally {
      wire.pull();
    }
  }

  private void serve() throws IOException {
    byte[] chunk = new byte[MAX_CHUNK];
    long heardNanos = System.nanoTime();
    boolean hearing = false;
    while (!ending) {
      if (unplugged()) {
        turns.clear();
        stations.silence(turns);
        wire.pull();
        LockSupport.parkNanos(TICK_NANOS);
        continue;
      }
      wire.plug();
      int count = wire.read(chunk, (int) TimeUnit.NANOSECONDS.toMillis(pause(System.nanoTime())));
      long now = System.nanoTime();
      if (count > 0) {
        heardNanos = now;
        hearing = true;
        // The terminal hands over at once what takes its time on a wire.
        turns.notBefore(now + count * medium.characterNanos() + medium.silenceNanos());
        stations.received(Arrays.copyOf(chunk, count), turns);
      } else if (hearing && now - heardNanos > medium.silenceNanos() + SCHEDULING_NANOS) {
        hearing = false;
        stations.silence(turns);
      }
      turns.notBefore(now);
      stations.tick(now, turns);
      take(now);
    }
  }

  private long pause(long nowNanos) {
    return turns.waitNanos(nowNanos, TICK_NANOS);
  }

  private void take(long nowNanos) {
    long wait = pause(nowNanos);
    // What is left is too short for a wait for bytes, which counts in milliseconds.
    if (wait > 0 && wait < 1_000_000) {
      LockSupport.parkNanos(wait);
    }
    Turn turn = turns.next(System.nanoTime());
    if (turn != null) {
      send(turn);
    }
  }

  private void send(Turn turn) {
    long before = turn.device().answered();
    byte[] bytes = turn.bytes().get();
    byte[] spoiled = troubles.spoil(turn.fault(), bytes);
    if (!turn.usable() || spoiled != bytes) {
      // Before it is sent: who has seen its last byte sees the right count.
      turn.device().recount(before);
    }
    boolean whole = wire.send(spoiled, () -> ending || unplugged());
    long planned = turn.atNanos() + spoiled.length * medium.characterNanos();
    boolean stalled = System.nanoTime() - planned > STALL_NANOS;
    if (!whole || stalled) {
      turn.device().recount(before);
    }
  }

  private boolean unplugged() {
    for (SerialDevice device : stations.devices()) {
      if (device.fault().now() instanceof Fault.Unplug) {
        return true;
      }
    }
    return false;
  }
}
