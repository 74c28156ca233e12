package dev.sluice.driver.modbus.tcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.modbus.codec.AnyRequest;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Planner;
import dev.sluice.driver.modbus.tcp.InFlight.Stray;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several polls and a write at once that are answered, given up and answered late in any order: an
 * id means one request, a reply ends the request of its id and no other, a late one is told as
 * such, and any bytes as a reply are taken only if they answer the request.
 */
class MatcherFuzzTest {

  private static final int UNIT = 1;
  private static final int POLLS = 3;
  private static final PollTiming TIMING = new PollTiming(0, 0, 0, 0, 0);

  /** From here on a kind means a read that is no poll, as {@code sluice read} sends them. */
  private static final int SINGLE = 128;

  /** Reads of any length are polls of two points: the first address and the last. */
  private static final Limits ANY_GAP =
      new Limits(Table.MAX_REGISTERS, Table.MAX_BITS, Table.MAX_BITS);

  private record Asked(int id, Request request, TcpTransaction transaction, Future<?> result) {

    boolean isPoll() {
      return transaction instanceof PollRun;
    }
  }

  private final InFlight inFlight = new InFlight(POLLS, 65_530);

  /** In the order in which they were asked. */
  private final List<Asked> waiting = new ArrayList<>();

  private final List<Integer> late = new ArrayList<>();

  @FuzzTest(maxDuration = "5s")
  void everyReplyGoesToItsRequestOrToNone(byte[] input) {
    // When Jazzer fuzzes, it calls one and the same object with all inputs.
    new MatcherFuzzTest().run(input);
  }

  private void run(byte[] input) {
    for (int at = 0; at + 4 <= input.length; at += 4) {
      int chosen = input[at + 1] & 0xFF;
      int second = input[at + 2] & 0xFF;
      switch ((input[at] & 0xFF) % 4) {
        case 0 -> begin(chosen, second, input[at + 3] & 0xFF);
        case 1 -> {
          if (!waiting.isEmpty()) {
            Asked asked = waiting.remove(chosen % waiting.size());
            if (second % 2 == 1 && asked.request instanceof ReadRequest) {
              answer(asked, rightReply(asked.request));
              succeeded(asked);
            } else {
              answer(asked, Arrays.copyOfRange(input, at, input.length));
            }
          }
        }
        case 2 -> {
          if (!waiting.isEmpty()) {
            Asked asked = waiting.remove(chosen % waiting.size());
            inFlight.giveUp(found(asked));
            late.add(asked.id);
          }
        }
        default -> {
          if (!late.isEmpty()) {
            answerLate(late.remove(chosen % late.size()));
          }
        }
      }
      // Whatever happened to one: the others are still there and wait.
      waiting.forEach(MatcherFuzzTest::waits);
      waiting.forEach(this::found);
    }
  }

  /** As the link does it: so many polls at once, and one other request beside them. */
  private void begin(int kind, int address, int count) {
    Request request = AnyRequest.of(kind, address, count);
    boolean poll = kind < SINGLE && request instanceof ReadRequest;
    if (waiting.stream().filter(asked -> asked.isPoll() == poll).count() == (poll ? POLLS : 1)) {
      return;
    }
    TcpTransaction transaction;
    Future<?> result;
    if (poll) {
      Promise<PollResult> promise = Promise.promise();
      transaction = new PollRun(new TcpPoll(null, UNIT, block((ReadRequest) request)), promise);
      result = promise.future();
    } else {
      var send = new TcpSend(UNIT, request);
      transaction = send;
      result = send.answer();
    }
    InFlight.Request begun = inFlight.begin(transaction);
    int id = begun.out().getUnsignedShort(0);
    if (waiting.stream().anyMatch(asked -> asked.id == id) || late.contains(id)) {
      throw new AssertionError("id " + id + " twice");
    }
    waiting.add(new Asked(id, request, transaction, result));
    byte[] frame = begun.out().getBytes(2, begun.out().length());
    byte[] expected = TcpPoll.frame(UNIT, request);
    if (!Arrays.equals(frame, Arrays.copyOfRange(expected, 2, expected.length))) {
      throw new AssertionError("the frame of another request than " + request.describe());
    }
  }

  private static Block block(ReadRequest request) {
    Format format =
        request.table().bits() ? Format.BIT : new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1);
    var first = new ModbusPoint(request.table(), request.address(), format);
    int lastAddress = request.address() + request.count() - 1;
    var last = new ModbusPoint(request.table(), lastAddress, format);
    return Planner.plan(List.of(first, last), new int[] {0, 1}, ANY_GAP).get(0);
  }

  private static byte[] rightReply(Request request) {
    byte[] pdu = new byte[request.usualReplyBytes()];
    pdu[0] = (byte) request.function();
    pdu[1] = (byte) (pdu.length - 2);
    return pdu;
  }

  private InFlight.Request found(Asked asked) {
    InFlight.Request found = inFlight.find(asked.id);
    if (found == null) {
      throw new AssertionError("id " + asked.id + " is lost");
    }
    if (found.transaction() != asked.transaction) {
      throw new AssertionError(
          "a reply to "
              + asked.transaction.describe()
              + " would go to "
              + found.transaction().describe());
    }
    return found;
  }

  private static void waits(Asked asked) {
    if (asked.result.isComplete()) {
      throw new AssertionError(asked.transaction.describe() + " ended with another's reply");
    }
  }

  private static void succeeded(Asked asked) {
    if (!asked.result.succeeded()) {
      throw new AssertionError(
          "the right reply refused by " + asked.transaction.describe(), asked.result.cause());
    }
  }

  /** Any bytes as the PDU of its reply. */
  private void answer(Asked asked, byte[] pdu) {
    InFlight.Request found = found(asked);
    TcpTransaction transaction = found.transaction();
    inFlight.answered(found);
    try {
      transaction.reply(pdu, 0, pdu.length, TIMING);
    } catch (PollException e) {
      if (String.valueOf(e.getMessage()).isEmpty()) {
        throw new AssertionError("refused without a word", e);
      }
      transaction.fail(e);
    }
    boolean right =
        pdu[0] == asked.request.function() && pdu.length == asked.request.usualReplyBytes();
    if (asked.result.succeeded() && !right) {
      throw new AssertionError(Arrays.toString(pdu) + " taken by " + asked.transaction.describe());
    }
    if (!asked.result.isComplete()) {
      throw new AssertionError(asked.transaction.describe() + " has no end");
    }
  }

  private void answerLate(int id) {
    if (inFlight.find(id) != null) {
      throw new AssertionError("a late reply to " + id + " answers another request");
    }
    if (inFlight.stray(id) == Stray.UNKNOWN) {
      throw new AssertionError("a late reply to " + id + " is unknown");
    }
  }
}
