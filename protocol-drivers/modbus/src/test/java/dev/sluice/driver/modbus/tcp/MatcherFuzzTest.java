package dev.sluice.driver.modbus.tcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.modbus.codec.AnyRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.tcp.InFlight.Stray;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are answered, given up and answered late in any order: an id means one request, a
 * late reply is told as such, and any bytes as a reply are taken only if they answer the request.
 */
class MatcherFuzzTest {

  private static final int POLLS = 3;

  private static final class Sent implements TcpTransaction {
    private final Request request;

    Sent(Request request) {
      this.request = request;
    }

    @Override
    public int unit() {
      return 1;
    }

    @Override
    public byte[] frame() {
      return TcpPoll.frame(1, request);
    }

    @Override
    public String describe() {
      return request.describe();
    }

    @Override
    public void reply(byte[] bytes, int offset, int length, PollTiming timing) {}

    @Override
    public void fail(Throwable cause) {}
  }

  @FuzzTest(maxDuration = "10s")
  void everyReplyGoesToItsRequestOrToNone(byte[] input) {
    var inFlight = new InFlight(POLLS, 65_530);
    Map<Integer, Request> waiting = new HashMap<>();
    var late = new ArrayDeque<Integer>();
    for (int at = 0; at + 4 <= input.length; at += 4) {
      int chosen = input[at + 1] & 0xFF;
      Integer id = waiting.isEmpty() ? null : waiting.keySet().iterator().next();
      switch ((input[at] & 0xFF) % 4) {
        case 0 -> begin(inFlight, waiting, chosen, input[at + 2] & 0xFF, input[at + 3] & 0xFF);
        case 1 -> {
          if (id != null) {
            answer(waiting.get(id), Arrays.copyOfRange(input, at, input.length));
            inFlight.answered(found(inFlight, id));
            waiting.remove(id);
          }
        }
        case 2 -> {
          if (id != null) {
            inFlight.giveUp(found(inFlight, id));
            waiting.remove(id);
            late.add(id);
          }
        }
        default -> {
          Integer old = late.poll();
          if (old != null && inFlight.find(old) == null && inFlight.stray(old) == Stray.UNKNOWN) {
            throw new AssertionError("a late reply to " + old + " is unknown");
          }
        }
      }
    }
  }

  private static void begin(
      InFlight inFlight, Map<Integer, Request> waiting, int kind, int address, int count) {
    if (!waiting.isEmpty()) {
      return; // beside the polls one request at a time
    }
    Request request = AnyRequest.of(kind, address, count);
    InFlight.Request begun = inFlight.begin(new Sent(request));
    int id = begun.out().getUnsignedShort(0);
    if (waiting.put(id, request) != null) {
      throw new AssertionError("id " + id + " twice");
    }
    byte[] frame = begun.out().getBytes(2, begun.out().length());
    byte[] expected = TcpPoll.frame(1, request);
    if (!Arrays.equals(frame, Arrays.copyOfRange(expected, 2, expected.length))) {
      throw new AssertionError("the frame of another request");
    }
  }

  private static InFlight.Request found(InFlight inFlight, int id) {
    InFlight.Request found = inFlight.find(id);
    if (found == null) {
      throw new AssertionError("id " + id + " is lost");
    }
    return found;
  }

  /** Any bytes as the PDU of its reply. */
  private static void answer(@Nullable Request request, byte[] pdu) {
    if (request == null) {
      throw new AssertionError("nobody asked");
    }
    try {
      int data = request.dataOffset(pdu, 0, pdu.length);
      boolean right =
          pdu[0] == request.function()
              && pdu.length == request.usualReplyBytes()
              && data >= 2
              && data <= pdu.length;
      if (!right) {
        throw new AssertionError(Arrays.toString(pdu) + " taken by " + request.describe());
      }
    } catch (PollException e) {
      if (String.valueOf(e.getMessage()).isEmpty()) {
        throw new AssertionError("refused without a word", e);
      }
    }
  }
}
