package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.PollResult;
import dev.sluice.driver.testkit.Pty;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A serial slave on a pty: takes requests one after the other, as slow devices do, and lets a
 * script answer them. Values tell their unit and address. One thread listens, so that it is known
 * when a request came; another one answers.
 */
final class PtySlave implements AutoCloseable {

  /** Answers a request, or not. */
  interface Script {
    void asked(Asked asked) throws InterruptedException;
  }

  private static final int LOOK_MILLIS = 5;

  private final Pty pty;
  private final Script script;
  private final Thread listener;
  private final Thread answerer;
  private final BlockingQueue<Asked> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger withheld = new AtomicInteger();
  private final Queue<Asked> heard = new ConcurrentLinkedQueue<>();

  PtySlave(Pty pty, Script script) {
    this.pty = pty;
    this.script = script;
    this.listener = started(this::listen, "slave listens");
    this.answerer = started(this::answer, "slave answers");
  }

  private static Thread started(Runnable what, String name) {
    var thread = new Thread(what, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** What a register holds: never the same for two addresses of a unit, nor for two units. */
  static int value(int unit, int address) {
    return (unit * 7919 + address * 31 + 1) & 0xFFFF;
  }

  /** Sends what nobody asked for. */
  void send(byte[] bytes) {
    pty.write(bytes);
  }

  /** How many requests came so far. */
  int requests() {
    return requests.get();
  }

  /** How many replies were not sent because they had become later than is promised for. */
  int withheld() {
    return withheld.get();
  }

  /**
   * Whether values are those of a request that came so long before, and so what was sent in time
   * was seen too late: on a busy machine.
   */
  boolean wereSeenLate(PollResult result, long nanosAfterTheRequest) {
    long seen = result.timing().firstByteNanos();
    long came = seen;
    for (Asked asked : heard) {
      if (asked.count() == result.values().size()
          && value(asked.unit(), asked.address()) == result.values().bits(0)
          && asked.nanos() - seen < 0) {
        came = asked.nanos();
      }
    }
    return seen - came >= nanosAfterTheRequest;
  }

  private void listen() {
    byte[] chunk = new byte[512];
    byte[] pending = {};
    // What is read now was not there when the look before it ended, and that one began then.
    long former = System.nanoTime();
    long latest = former;
    for (int count = 0; count >= 0; count = pty.read(chunk, LOOK_MILLIS)) {
      long notBefore = former;
      former = latest;
      latest = System.nanoTime();
      if (count <= 0) {
        continue;
      }
      var all = new ByteArrayOutputStream();
      all.writeBytes(pending);
      all.write(chunk, 0, count);
      pending = all.toByteArray();
      int at = 0;
      for (int length = length(pending, at); length > 0; length = length(pending, at)) {
        byte[] frame = Arrays.copyOfRange(pending, at, at + length);
        var asked = new Asked(pty, withheld, frame, notBefore);
        heard.add(asked);
        queue.add(asked);
        at += length;
      }
      pending = Arrays.copyOfRange(pending, at, pending.length);
    }
  }

  private void answer() {
    try {
      while (true) {
        Asked asked = queue.take();
        requests.incrementAndGet();
        script.asked(asked);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test is over
    }
  }

  private static int length(byte[] bytes, int at) {
    int left = bytes.length - at;
    if (left < 4) {
      return 0;
    }
    int length =
        switch (bytes[at + 1]) {
          case 15, 16 -> left < 7 ? Integer.MAX_VALUE : 9 + (bytes[at + 6] & 0xFF);
          case 17 -> 4;
          case 22 -> 10;
          case 43 -> 7;
          default -> 8;
        };
    return left >= length ? length : 0;
  }

  @Override
  public void close() {
    pty.close();
    listener.interrupt();
    answerer.interrupt();
  }

  /** A request, the time before which it did not come, and the ways to answer it. */
  record Asked(Pty pty, AtomicInteger withheld, byte[] frame, long nanos) {

    int unit() {
      return frame[0] & 0xFF;
    }

    int function() {
      return frame[1] & 0xFF;
    }

    int address() {
      return (frame[2] & 0xFF) << 8 | (frame[3] & 0xFF);
    }

    int count() {
      return (frame[4] & 0xFF) << 8 | (frame[5] & 0xFF);
    }

    /** The right reply to a read of registers. */
    byte[] reply() {
      byte[] body = new byte[3 + 2 * count()];
      body[0] = frame[0];
      body[1] = frame[1];
      body[2] = (byte) (2 * count());
      for (int i = 0; i < count(); i++) {
        int value = value(unit(), address() + i);
        body[3 + 2 * i] = (byte) (value >> 8);
        body[4 + 2 * i] = (byte) value;
      }
      return withCrc(body);
    }

    /** Sends the right reply, unless it has become so late that nothing is promised for it. */
    void sendBefore(long nanosAfterTheRequest) {
      sendBefore(nanosAfterTheRequest, reply());
    }

    /** The same with anything else, in one piece. */
    void sendBefore(long nanosAfterTheRequest, byte[]... pieces) {
      if (System.nanoTime() - nanos < nanosAfterTheRequest) {
        send(pieces);
      } else {
        withheld.incrementAndGet();
      }
    }

    byte[] exception(int code) {
      return withCrc(new byte[] {frame[0], (byte) (frame[1] | 0x80), (byte) code});
    }

    /** Sends pieces in one, without any silence between them. */
    void send(byte[]... pieces) {
      var all = new ByteArrayOutputStream();
      for (byte[] piece : pieces) {
        all.writeBytes(piece);
      }
      pty.write(all.toByteArray());
    }
  }

  static byte[] withCrc(byte[] body) {
    byte[] frame = Arrays.copyOf(body, body.length + 2);
    int crc = Crc16.of(body, 0, body.length);
    frame[body.length] = (byte) crc;
    frame[body.length + 1] = (byte) (crc >> 8);
    return frame;
  }
}
