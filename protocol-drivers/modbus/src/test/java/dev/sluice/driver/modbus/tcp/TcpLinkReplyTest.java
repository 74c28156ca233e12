package dev.sluice.driver.modbus.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server may say to a request, and that no wrong answer is ever believed. */
class TcpLinkReplyTest extends TcpLinkFixture {

  @Test
  void aRequestIsOneGoldenFrameAndItsReplyBecomesValues() {
    connect(1, 0x1501);
    long before = System.nanoTime();
    Future<PollResult> result = run(registers(107, 3));
    ScriptedServer.Asked asked = server.next();

    assertThat(HexFormat.ofDelimiter(" ").formatHex(asked.frame().getBytes()))
        .isEqualTo("15 01 00 00 00 06 11 03 00 6b 00 03");
    asked.send(asked.registers(555, 0, 65_535));

    PollResult read = TestLine.await(result);
    assertThat(read.values().bits(0)).isEqualTo(555);
    assertThat(read.values().bits(1)).isZero();
    assertThat(read.values().bits(2)).isEqualTo(65_535);
    PollTiming timing = read.timing();
    assertThat(timing.bytesOut()).isEqualTo(12);
    assertThat(timing.bytesIn()).isEqualTo(15);
    assertThat(timing.requestEndNanos()).isBetween(before, timing.firstByteNanos());
    assertThat(timing.lastByteNanos()).isEqualTo(timing.firstByteNanos());
  }

  @Test
  void aLateReplyIsDroppedAndNeverAnswersTheNextPoll() {
    connect(1);
    Future<PollResult> tooLate = run(register(1), SHORT);
    ScriptedServer.Asked first = server.next();
    PollException timeout = refused(tooLate);
    assertThat(timeout.failure()).isEqualTo(PollFailure.TIMEOUT);
    assertThat(timeout.quality()).isEqualTo(Quality.TIMEOUT);
    assertThat(timeout).hasMessage("unit 17 did not answer fc3 1 within 40 ms");

    Future<PollResult> next = run(register(1));
    ScriptedServer.Asked second = server.next();
    second.send(first.registers(111).appendBuffer(second.registers(222)));

    assertThat(value(next)).isEqualTo(222);
    assertThat(line.counted("late_replies")).isEqualTo(1);
    nextPollWorks();
  }

  /** A damaged length within the limits would swallow one reply after the other. */
  @Test
  void aFrameThatNeverEndsCostsTheConnectionAndNotEveryReplyAfterIt() {
    connect(1);
    Future<PollResult> first = run(register(1), SHORT);
    ScriptedServer.Asked asked = server.next();
    // What nobody asked for, in one piece with it, tells that the frame has begun.
    asked.send(asked.registersAs(999, 1).appendBuffer(asked.registers(111).setByte(5, (byte) 254)));
    line.awaitCounted("unknown_replies", 1);
    assertThat(refused(first).failure()).isEqualTo(PollFailure.TIMEOUT);

    Future<PollResult> second = run(register(1), SHORT);
    asked = server.next();
    asked.send(asked.registers(222));

    assertThat(refused(second).failure()).isEqualTo(PollFailure.TIMEOUT);
    assertThat(line.counted("stuck_frames")).isEqualTo(1);
  }

  @Test
  void aDuplicateReplyIsDroppedAndCounted() {
    connect(1);
    Future<PollResult> result = run(register(1));
    ScriptedServer.Asked asked = server.next();
    asked.send(asked.registers(111).appendBuffer(asked.registers(333)));

    assertThat(value(result)).isEqualTo(111);
    nextPollWorks();
    assertThat(line.counted("duplicate_replies")).isEqualTo(1);
    assertThat(line.counted("unknown_replies")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"999", "65535", "32768"})
  void aReplyThatNobodyAskedForIsDroppedAndCounted(int id) {
    connect(1);
    Future<PollResult> result = run(register(1));
    ScriptedServer.Asked asked = server.next();
    asked.send(asked.registersAs(id, 666));
    asked.send(asked.registers(111));

    assertThat(value(result)).isEqualTo(111);
    assertThat(line.counted("unknown_replies")).isEqualTo(1);
    nextPollWorks();
  }

  @Test
  void repliesInAnyOrderAndInOneSegmentFindTheirRequests() {
    connect(3);
    Future<PollResult> a = run(register(1));
    Future<PollResult> b = run(register(2));
    Future<PollResult> c = run(register(3));
    ScriptedServer.Asked first = server.next();
    ScriptedServer.Asked second = server.next();
    ScriptedServer.Asked third = server.next();

    first.send(
        third.registers(30).appendBuffer(second.registers(20)).appendBuffer(first.registers(10)));

    assertThat(value(a)).isEqualTo(10);
    assertThat(value(b)).isEqualTo(20);
    assertThat(value(c)).isEqualTo(30);
    nextPollWorks();
  }

  @Test
  void aReplyOneByteAtATimeIsTimedFromItsFirstToItsLastByte() {
    connect(1);
    Future<PollResult> result = run(register(1));
    ScriptedServer.Asked asked = server.next();
    Buffer reply = asked.registers(4660);
    // Before the first one stands a reply that nobody asked for, which tells when it was read.
    for (int i = 0; i < reply.length(); i++) {
      if (i == 0) {
        asked.send(asked.registersAs(999, 1).appendBuffer(reply.getBuffer(0, 1)));
        line.awaitCounted("unknown_replies", 1);
      } else {
        TestLine.await(asked.socket().write(reply.getBuffer(i, i + 1)));
      }
    }

    assertThat(value(result)).isEqualTo(4660);
    PollTiming timing = TestLine.await(result).timing();
    assertThat(timing.lastByteNanos()).isGreaterThan(timing.firstByteNanos());
    assertThat(timing.acquiredNanos()).isBetween(timing.requestEndNanos(), timing.lastByteNanos());
    nextPollWorks();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "18 | 03 02 00 01       | unit 18, expected 17",
        "0  | 03 02 00 01       | unit 0, expected 17",
        "17 | 04 02 00 01       | function 4, expected 3",
        "17 | 03 04 00 01 00 02 | byte count 4, expected 2",
        "17 | 03 02 00          | a PDU of 3 bytes, expected 4",
        "17 | 03 02 00 01 00    | a PDU of 5 bytes, expected 4",
        "17 | 03                | without a byte count",
        "17 | 83                | an exception of 1 bytes",
        "17 | 84 02             | function 132, expected 3"
      })
  void aReplyThatDoesNotAnswerItsRequestFailsThisPollOnly(int unit, String pdu, String words) {
    connect(1);
    Future<PollResult> result = run(register(1));
    ScriptedServer.Asked asked = server.next();
    asked.send(ScriptedServer.frame(asked.id(), 0, unit, pdu));

    PollException bad = refused(result);
    assertThat(bad.failure()).isEqualTo(PollFailure.BAD_REPLY);
    assertThat(bad.quality()).isEqualTo(Quality.BAD_REPLY);
    assertThat(bad).hasMessageContaining(words);
    nextPollWorks();
  }

  @Test
  void theLongestFrameIsAFrame() {
    connect(1);
    Future<PollResult> result = run(registers(0, 125));
    ScriptedServer.Asked asked = server.next();
    // Length 254: one byte more than 125 registers have, so it is read whole and refused.
    asked.send(asked.reply("03 FB" + " 00".repeat(251)));
    assertThat(refused(result)).hasMessageContaining("byte count 251, expected 250");

    Future<PollResult> again = run(registers(0, 125));
    ScriptedServer.Asked second = server.next();
    second.send(second.registers(new int[125]));
    assertThat(TestLine.await(again).timing().bytesIn()).isEqualTo(259);
    nextPollWorks();
  }

  @Test
  void anExceptionTellsItsQualityAndTheLineGoesOn() {
    connect(1);
    Future<PollResult> result = run(register(7));
    ScriptedServer.Asked asked = server.next();
    asked.send(asked.reply("83 0B"));

    PollException refused = refused(result);
    assertThat(refused.failure()).isEqualTo(PollFailure.UNREACHABLE);
    assertThat(refused.quality()).isEqualTo(Quality.GATEWAY_TARGET);
    assertThat(refused).hasMessage("exception 0B (gateway target does not respond) to fc3 7");
    nextPollWorks();
  }

  @Test
  void transactionIdsWrapAndAreUniqueAmongThoseInFlight() {
    connect(2, 65_535);
    Future<PollResult> a = run(register(1));
    Future<PollResult> b = run(register(2));
    ScriptedServer.Asked first = server.next();
    ScriptedServer.Asked second = server.next();

    assertThat(first.id()).isEqualTo(65_535);
    assertThat(second.id()).isZero();
    second.send(second.registers(2));
    assertThat(value(b)).isEqualTo(2);
    first.send(first.registers(1));
    assertThat(value(a)).isEqualTo(1);
    nextPollWorks();
  }

  @Test
  void aShortTimeoutIsNotHeldUpByALongOne() {
    connect(2);
    Future<PollResult> patient = run(register(1));
    Future<PollResult> hasty = run(register(2), SHORT);
    ScriptedServer.Asked first = server.next();

    assertThat(refused(hasty).failure()).isEqualTo(PollFailure.TIMEOUT);
    assertThat(patient.isComplete()).isFalse();
    first.send(first.registers(1));
    assertThat(value(patient)).isEqualTo(1);
  }
}
