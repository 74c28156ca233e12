package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.PollResult;
import io.vertx.core.Promise;
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
    private @Nullable TcpPoll poll;
    private @Nullable Promise<PollResult> promise;
    private Buffer out = newFrame();
    private long sentNanos;
    private long deadlineNanos;

    private static Buffer newFrame() {
      return Buffer.buffer(new byte[TcpPoll.FRAME_BYTES]);
    }

    boolean waits() {
      return id >= 0;
    }

    TcpPoll poll() {
      return present(poll);
    }

    Promise<PollResult> promise() {
      return present(promise);
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

    private static <T> T present(@Nullable T value) {
      if (value == null) {
        throw new IllegalStateException("BUG: no request waits here");
      }
      return value;
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
   * @param size how many requests may wait, 1 to 16
   * @param firstId the first transaction id, 0 to 65535
   */
  InFlight(int size, int firstId) {
    this.requests = new Request[size];
    for (int i = 0; i < size; i++) {
      requests[i] = new Request();
    }
    this.givenUp = new int[KEPT_BACK * size];
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
  Request begin(TcpPoll poll, Promise<PollResult> promise) {
    for (Request request : requests) {
      if (!request.waits()) {
        request.id = newId();
        request.poll = poll;
        request.promise = promise;
        request.out.setBytes(0, poll.frame());
        request.out.setUnsignedShort(0, request.id);
        return request;
      }
    }
    throw new IllegalStateException(
        "BUG: more than " + requests.length + " polls in flight on one line");
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
    request.poll = null;
    request.promise = null;
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
