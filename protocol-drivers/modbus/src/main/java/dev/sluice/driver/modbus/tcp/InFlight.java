package dev.sluice.driver.modbus.tcp;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for their reply, each under a transaction id of its own.
 *
 * <p>An id is not given out again while its request waits, nor, after a time-out, while it is among
 * the last that were given up: a reply that comes late can never answer another request. Not
 * thread-safe.
 */
final class InFlight {

  /**
   * How many ids are kept back per request in flight. A link runs requests of different time-outs;
   * those given up within the doubled time-out of the longest are about the binary logarithm of
   * longest to shortest, 16 for one minute to one millisecond.
   */
  private static final int KEPT_BACK = 16;

  /** How far back an id that waits for nothing is taken for one that was answered already. */
  private static final int REMEMBERED = 1024;

  /** What an id means that no request waits for. */
  enum Stray {
    /** Its request was given up. */
    LATE("late_replies"),
    /** Its request was answered. */
    DUPLICATE("duplicate_replies"),
    /** It was never given out, or long ago. */
    UNKNOWN("unknown_replies");

    private final String event;

    Stray(String event) {
      this.event = event;
    }

    /** As counted. */
    String event() {
      return event;
    }
  }

  /** A request on its way; the object and its buffer serve one request after the other. */
  static final class Request {

    private int id = -1;
    private @Nullable TcpTransaction transaction;
    private Buffer out = newFrame();
    private long sentNanos;
    private long deadlineNanos;

    private static Buffer newFrame() {
      return Buffer.buffer(new byte[TcpPoll.FRAME_BYTES]);
    }

    boolean waits() {
      return id >= 0;
    }

    TcpTransaction transaction() {
      if (transaction == null) {
        throw new IllegalStateException("BUG: no request waits here");
      }
      return transaction;
    }

    /** The frame with its transaction id, to be written once. */
    Buffer out() {
      return out;
    }

    long sentNanos() {
      return sentNanos;
    }

    long deadlineNanos() {
      return deadlineNanos;
    }

    /** Notes when the frame was written and when its reply must have come. */
    void sent(long nanos, long timeoutNanos) {
      sentNanos = nanos;
      deadlineNanos = nanos + timeoutNanos;
    }
  }

  private final Request[] requests;

  /** Ids given up, -1 where there is none; a ring. */
  private final int[] givenUp;

  private int givenUpAt;
  private int givenUpCount;
  private int nextId;
  private int issued;

  /**
   * Makes an empty table.
   *
   * @param polls how many polls may wait, 1 to 16; beside them one other request may, so that a
   *     write need not wait until a poll is through
   * @param firstId the first transaction id, 0 to 65535
   */
  InFlight(int polls, int firstId) {
    this.requests = new Request[polls + 1];
    for (int i = 0; i <= polls; i++) {
      requests[i] = new Request();
    }
    this.givenUp = new int[KEPT_BACK * requests.length];
    Arrays.fill(givenUp, -1);
    this.nextId = firstId;
  }

  int size() {
    return requests.length;
  }

  /** One of {@link #size()} places, waiting or not. */
  Request at(int place) {
    return requests[place];
  }

  /** Puts a request in flight: gives it an id and fills its frame. */
  Request begin(TcpTransaction transaction) {
    boolean isPoll = transaction instanceof PollRun;
    int last = requests.length - 1;
    for (int i = isPoll ? 0 : last; i < (isPoll ? last : requests.length); i++) {
      Request request = requests[i];
      if (!request.waits()) {
        request.id = newId();
        request.transaction = transaction;
        if (request.out.length() == transaction.frame().length) {
          request.out.setBytes(0, transaction.frame());
        } else {
          request.out = Buffer.buffer(transaction.frame().clone());
        }
        request.out.setUnsignedShort(0, request.id);
        return request;
      }
    }
    throw new IllegalStateException(
        "BUG: more than "
            + (isPoll ? last + " polls" : "one other request")
            + " in flight on one line");
  }

  private int newId() {
    int id;
    do {
      id = nextId;
      nextId = (nextId + 1) & 0xFFFF;
    } while (find(id) != null || givenUpIndex(id) >= 0);
    issued = Math.min(issued + 1, REMEMBERED);
    return id;
  }

  @Nullable Request find(int id) {
    for (Request request : requests) {
      if (request.id == id) {
        return request;
      }
    }
    return null;
  }

  /** The request got its reply, so its frame has left for certain. */
  void answered(Request request) {
    request.id = -1;
    request.transaction = null;
  }

  /** The request is given up. Its frame may still stand in a queue, so it gets a new one. */
  void giveUp(Request request) {
    if (givenUp[givenUpAt] < 0) {
      givenUpCount++;
    }
    givenUp[givenUpAt] = request.id;
    givenUpAt = (givenUpAt + 1) % givenUp.length;
    request.out = Request.newFrame();
    answered(request);
  }

  /** Tells what a reply is that no request waits for. */
  Stray stray(int id) {
    int index = givenUpIndex(id);
    if (index >= 0) {
      givenUp[index] = -1;
      givenUpCount--;
      return Stray.LATE;
    }
    int age = (nextId - id) & 0xFFFF;
    return age >= 1 && age <= issued ? Stray.DUPLICATE : Stray.UNKNOWN;
  }

  private int givenUpIndex(int id) {
    if (givenUpCount > 0) {
      for (int i = 0; i < givenUp.length; i++) {
        if (givenUp[i] == id) {
          return i;
        }
      }
    }
    return -1;
  }
}
