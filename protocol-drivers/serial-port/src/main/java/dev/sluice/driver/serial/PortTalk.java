package dev.sluice.driver.serial;

import dev.sluice.driver.TimeSource;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Request and reply on an open port, with the silences that the wire demands. On the port's thread.
 *
 * <p>All waits end at absolute times. Between bytes whose arrival can be told from the speed it
 * sleeps until then: a reply costs a handful of wake-ups, however long it is.
 */
final class PortTalk {

  /** Takes bytes that belong to no exchange. */
  interface Stray {
    void received(Buffer bytes, long lastByteNanos);
  }

  /**
   * So much before the last byte should be there we look for it, but at most one byte: we were
   * woken up for the first one about as late.
   */
  private static final long EARLY_NANOS = 100_000L;

  private static final long SHORTEST_NAP_NANOS = 20_000L;

  /** So long naps stay short: the byte that ends a frame is about to come. */
  private static final long ALERT_NANOS = 200_000L;

  private static final long LONGEST_NAP_NANOS = 1_000_000L;

  /** A wait longer than this begins with a blocking read, which may end 10 ms after its 100 ms. */
  private static final long BLOCKING_NANOS = Wire.READ_WAIT_NANOS + 10_000_000L;

  /**
   * So much longer than it is asked to end it waits for a reply. Who opens the port next would take
   * that reply for the answer to its first request, and be one reply behind from then on.
   */
  private static final long LAST_REPLY_NANOS = 1_000_000_000L;

  private final Wire wire;
  private final TimeSource time;
  private final BooleanSupplier stopping;
  private final Stray stray;
  private final ExactSleep sleep;
  private long charNanos;
  private final long byteGapNanos;
  private final byte[] received = new byte[SerialPort.MAX_RECEIVED];
  private int length;

  /** When the last byte was on the wire, ours or another's. */
  private long lastByteNanos;

  private boolean awaitsReply;
  private boolean lastReply;
  private long lastReplyBy;

  PortTalk(Wire wire, PortOptions options, TimeSource time, BooleanSupplier stopping, Stray stray) {
    this.wire = wire;
    this.time = time;
    this.stopping = stopping;
    this.stray = stray;
    this.sleep = new ExactSleep(time, this::mustEnd);
    this.charNanos = options.charNanos();
    this.byteGapNanos = options.byteGap().toNanos();
    this.lastByteNanos = time.nanoTime();
  }

  /** Reckons with another speed from here on. */
  void setCharNanos(long nanos) {
    charNanos = nanos;
  }

  /** Hands over what came without being asked for; whether anything did. */
  boolean readStray() throws PortLostException {
    boolean any = false;
    for (int count = wire.available(); count > 0; count = wire.available()) {
      int read = wire.read(received, 0, Math.min(count, received.length));
      lastByteNanos = time.nanoTime();
      stray.received(Buffer.buffer().appendBytes(received, 0, read), lastByteNanos);
      any = true;
      if (mustEnd()) {
        break; // a line that never stops talking must not keep us
      }
    }
    return any;
  }

  /**
   * Sends a request and waits for its reply.
   *
   * @param meanwhile run when the request has left, and before if it has to wait
   */
  Outcome run(Exchange exchange, Runnable meanwhile) throws PortLostException, StoppedException {
    long begin = time.nanoTime();
    length = 0;
    if (!becomesSilent(exchange, begin, meanwhile)) {
      return outcome(Outcome.Kind.DAMAGED, begin, begin, begin);
    }
    long sent = time.nanoTime();
    byte[] request = exchange.request().getBytes();
    wire.write(request);
    long requestEnd = Math.max(time.nanoTime(), sent + request.length * charNanos);
    lastByteNanos = requestEnd;
    meanwhile.run();
    ReplyScanner scanner = exchange.scanner();
    if (scanner == null) {
      sleep.past(requestEnd + Math.max(exchange.timeoutNanos(), exchange.pauseAfterNanos()));
      return outcome(Outcome.Kind.REPLY, begin, requestEnd, requestEnd);
    }
    awaitsReply = true;
    try {
      return receive(exchange, scanner, begin, requestEnd);
    } finally {
      awaitsReply = false;
    }
  }

  private boolean mustEnd() {
    if (!stopping.getAsBoolean()) {
      return false;
    }
    if (!lastReply) {
      lastReply = true;
      lastReplyBy = time.nanoTime() + LAST_REPLY_NANOS;
    }
    return !awaitsReply || time.nanoTime() - lastReplyBy >= 0;
  }

  /** Waits for the pause before a request; false if the line does not fall silent in time. */
  private boolean becomesSilent(Exchange exchange, long begin, Runnable meanwhile)
      throws PortLostException, StoppedException {
    while (true) {
      readStray();
      long now = time.nanoTime();
      long silentEnough = lastByteNanos + exchange.pauseBeforeNanos();
      if (silentEnough - now <= 0) {
        return true;
      }
      if (now - begin > exchange.timeoutNanos() + exchange.pauseBeforeNanos()) {
        return false;
      }
      meanwhile.run();
      sleep.until(silentEnough, tolerance());
    }
  }

  private Outcome receive(Exchange exchange, ReplyScanner scanner, long begin, long requestEnd)
      throws PortLostException, StoppedException {
    long deadline = requestEnd + exchange.timeoutNanos();
    long firstByte = requestEnd;
    long frameBegin = requestEnd;
    boolean patient = false; // the scanner was asked about this silence
    ReplyScanner.Verdict verdict = ReplyScanner.Verdict.MORE;
    if (deadline - time.nanoTime() <= BLOCKING_NANOS) {
      sleep.past(requestEnd); // else the first byte wakes us up, which saves a wake-up
    }
    while (verdict == ReplyScanner.Verdict.MORE) {
      boolean midReply = length > 0 && !patient;
      long until = midReply ? earlier(deadline, lastByteNanos + byteGapNanos) : deadline;
      int count = readUntil(until, length == 0 || patient);
      if (count > 0) {
        // Nothing is on the wire together with our request, whatever a buffer makes of that.
        lastByteNanos = later(time.nanoTime(), requestEnd);
        if (length == 0) {
          firstByte = lastByteNanos;
          frameBegin = lastByteNanos - (count - 1) * charNanos;
        }
        length += count;
        patient = false;
        verdict = scanner.scan(received, length);
        if (verdict == ReplyScanner.Verdict.MORE && length == received.length) {
          verdict = ReplyScanner.Verdict.DAMAGED;
        } else if (verdict == ReplyScanner.Verdict.MORE) {
          // Not quite as long as they take: the last one is better met than missed. What was read
          // now may have come almost a character ago, so it counts from the first one, too.
          long early = Math.min(EARLY_NANOS, charNanos);
          int missing = scanner.missing();
          long end =
              earlier(
                  lastByteNanos + missing * charNanos,
                  frameBegin + (length - 1 + missing) * charNanos);
          sleep.until(earlier(deadline, end - early), tolerance());
        }
      } else if (time.nanoTime() - deadline >= 0) {
        return outcome(Outcome.Kind.TIMEOUT, begin, requestEnd, firstByte);
      } else {
        verdict = scanner.silence(received, length);
        patient = true;
      }
    }
    if (verdict == ReplyScanner.Verdict.COMPLETE) {
      sleep.until(lastByteNanos + exchange.pauseAfterNanos(), tolerance());
      if (wire.available() == 0) {
        return outcome(Outcome.Kind.REPLY, begin, requestEnd, firstByte);
      }
    }
    long replyEnd = lastByteNanos;
    silence(deadline + byteGapNanos);
    Outcome.Kind kind =
        verdict == ReplyScanner.Verdict.DAMAGED ? Outcome.Kind.DAMAGED : Outcome.Kind.TRAILED;
    return outcome(kind, begin, requestEnd, firstByte, replyEnd);
  }

  /**
   * Reads what is there, or comes until a time.
   *
   * @param lasting whether it may take long, so that a blocking read is worth its coarse end
   * @return how many bytes were added; 0 if the time is over
   */
  private int readUntil(long until, boolean lasting) throws PortLostException, StoppedException {
    long nap = SHORTEST_NAP_NANOS;
    long alertUntil = time.nanoTime() + ALERT_NANOS;
    while (true) {
      int room = received.length - length;
      // The clock first: bytes that came while we had no processor were not late.
      long now = time.nanoTime();
      long left = until - now;
      int count = wire.available();
      if (count > 0) {
        return wire.read(received, length, Math.min(count, room));
      }
      if (left <= 0) {
        return 0;
      }
      if (mustEnd()) {
        throw new StoppedException();
      }
      if (lasting && left > BLOCKING_NANOS) {
        int read = wire.read(received, length, room);
        if (read > 0) {
          return read;
        }
      } else {
        LockSupport.parkNanos(Math.min(nap, left));
        nap = alertUntil - now > 0 ? nap : Math.min(2 * nap, LONGEST_NAP_NANOS);
      }
    }
  }

  /** Throws away what comes until nothing came for the byte gap, or a time is reached. */
  private void silence(long limit) throws PortLostException, StoppedException {
    while (true) {
      if (wire.available() > 0) {
        int room = received.length - length;
        if (room > 0) {
          length += wire.read(received, length, room);
        } else {
          readStray();
        }
        lastByteNanos = time.nanoTime();
      }
      long now = time.nanoTime();
      if (now - lastByteNanos >= byteGapNanos || now - limit >= 0) {
        return;
      }
      if (mustEnd()) {
        throw new StoppedException();
      }
      LockSupport.parkNanos(LONGEST_NAP_NANOS);
    }
  }

  private Outcome outcome(Outcome.Kind kind, long begin, long requestEnd, long firstByte) {
    return outcome(kind, begin, requestEnd, firstByte, length == 0 ? requestEnd : lastByteNanos);
  }

  private Outcome outcome(
      Outcome.Kind kind, long begin, long requestEnd, long firstByte, long lastByte) {
    var bytes = Buffer.buffer(length).appendBytes(received, 0, length);
    long taken = time.nanoTime() - begin;
    return new Outcome(kind, bytes, requestEnd, firstByte, lastByte, taken, "");
  }

  /**
   * What being late costs is a matter of how long everything else takes: a tenth of a character.
   */
  private long tolerance() {
    return charNanos / 10;
  }

  private static long later(long a, long b) {
    return a - b < 0 ? b : a;
  }

  /** Times wrap, so they are compared by difference. */
  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }
}
