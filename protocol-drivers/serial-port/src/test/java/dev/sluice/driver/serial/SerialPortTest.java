package dev.sluice.driver.serial;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Request and reply over a pseudo-terminal: which bytes belong to what, and in which order. */
class SerialPortTest {

  private Pty pty;
  private PortRig rig;

  @BeforeEach
  void openPort() {
    pty = Pty.open();
    rig = new PortRig(pty.path());
    rig.open();
  }

  @AfterEach
  void closePort() {
    rig.close();
    pty.close();
  }

  private void answers(String... replies) {
    var left = new LinkedBlockingQueue<>(List.of(replies));
    EchoSlave.on(
        pty,
        (end, request) -> {
          String reply = left.poll();
          if (reply != null) {
            end.write(reply.getBytes(US_ASCII));
          }
        });
  }

  @Test
  void aReplyComesWithItsBytesAndTimes() {
    answers("world");

    Outcome outcome = rig.run("hello", 5, 5_000);

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REPLY);
    assertThat(outcome.received()).hasToString("world");
    assertThat(outcome.firstByteNanos()).isGreaterThanOrEqualTo(outcome.requestEndNanos());
    assertThat(outcome.lastByteNanos()).isGreaterThanOrEqualTo(outcome.firstByteNanos());
    // Five characters at 19200 8N1 take 2.6 ms to leave, and the pause after it is 2 ms.
    assertThat(outcome.busNanos()).isGreaterThan(4_500_000L);
  }

  @Test
  void bytesThatFollowTheReplyMakeItVoid() {
    answers("worldly");

    Outcome outcome = rig.run("hello", 5, 5_000);

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.TRAILED);
    assertThat(outcome.received()).hasToString("worldly");
  }

  /** The port prefers to send the next request first, but not at any price. */
  @Test
  void aReplyIsToldBeforeTheNextRequestWaitsForItsSilence() {
    answers("world");
    long hour = HOURS.toNanos(1);

    Future<Outcome> first = rig.start(PollClass.POLL, "hello", 5, 5_000);
    var unused =
        rig.start(
            new Exchange(
                PollClass.POLL,
                Buffer.buffer("later"),
                new FixedReply(5),
                hour,
                hour,
                2 * PortRig.MILLI,
                outcome -> {}));

    assertThat(await(first).kind()).isEqualTo(Outcome.Kind.REPLY);
    assertThat(rig.order).containsExactly("hello");
  }

  @Test
  void bytesThatFollowInThePauseMakeItVoidToo() {
    EchoSlave.on(
        pty,
        (end, request) -> {
          end.write("world".getBytes(US_ASCII));
          rig.vertx.setTimer(30, id -> end.write("ly".getBytes(US_ASCII)));
        });

    Outcome outcome =
        await(
            rig.start(
                new Exchange(
                    PollClass.POLL,
                    Buffer.buffer("hello"),
                    new FixedReply(5),
                    5_000 * PortRig.MILLI,
                    0,
                    500 * PortRig.MILLI,
                    ended -> {})));

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.TRAILED);
    assertThat(outcome.received()).hasToString("worldly");
  }

  @Test
  void noReplyEndsWithTheTimeoutAndTheNextExchangeGoesOn() throws InterruptedException {
    var heard = new LinkedBlockingQueue<String>();
    EchoSlave.on(
        pty,
        (end, request) -> {
          heard.add(new String(request, US_ASCII));
          end.write((request[0] == 'a' ? "" : "again").getBytes(US_ASCII));
        });

    assertThat(rig.run("aaaaa", 5, 30).kind()).isEqualTo(Outcome.Kind.TIMEOUT);
    // Else both requests could come to the slave in one piece.
    assertThat(heard.poll(10, SECONDS)).isEqualTo("aaaaa");
    assertThat(rig.run("bbbbb", 5, 5_000).received()).hasToString("again");
  }

  @Test
  void halfAReplyIsDamagedAfterTheByteGapAlreadyAndNotOnlyAfterTheTimeout() {
    answers("wor");

    Outcome outcome = rig.run("hello", 5, 60_000);

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.DAMAGED);
    assertThat(outcome.received()).hasToString("wor");
  }

  @Test
  void aScannerThatIsPatientGetsTheRestAfterAnySilence() {
    EchoSlave.on(
        pty,
        (end, request) -> {
          end.write("?o".getBytes(US_ASCII));
          rig.vertx.setTimer(200, id -> end.write("rld".getBytes(US_ASCII)));
        });

    Outcome outcome = rig.run("hello", 5, 20_000);

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REPLY);
    assertThat(outcome.received()).hasToString("?orld");
  }

  @Test
  void afterDamageTheRestIsThrownAwayUntilTheLineIsSilent() {
    try (Pty noisy = Pty.open();
        // So long a gap that a busy machine does not let it pass between two pieces.
        var patient = new PortRig(noisy.path(), Duration.ofMillis(700))) {
      EchoSlave.on(
          noisy,
          (end, request) -> {
            end.write((request[0] == 'a' ? "!xxxx" : "fine!").getBytes(US_ASCII));
            if (request[0] == 'a') {
              patient.vertx.setTimer(20, id -> end.write("yyyy".getBytes(US_ASCII)));
            }
          });
      patient.open();

      Outcome damaged = patient.run("a", 5, 5_000);
      Outcome next = patient.run("b", 5, 5_000);

      assertThat(damaged.kind()).isEqualTo(Outcome.Kind.DAMAGED);
      assertThat(damaged.received()).hasToString("!xxxxyyyy");
      assertThat(next.received()).hasToString("fine!");
    }
  }

  @Test
  void bytesThatCameBeforeTheRequestBelongToNobody() throws InterruptedException {
    answers("world");
    pty.write("noise".getBytes(US_ASCII));
    assertThat(rig.stray.poll(10, SECONDS)).isEqualTo("noise");

    assertThat(rig.run("hello", 5, 5_000).received()).hasToString("world");
  }

  @Test
  void writesGoBeforePollsAndPollsBeforeProbes() throws InterruptedException {
    var hold = new CountDownLatch(1);
    var seen = new CountDownLatch(1);
    EchoSlave.on(
        pty,
        (end, request) -> {
          try {
            seen.countDown();
            hold.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          end.write(request);
        });

    Future<Outcome> first = rig.start(PollClass.POLL, "0", 1, 20_000);
    assertThat(seen.await(10, SECONDS)).isTrue();
    Future<Outcome> all =
        Future.all(
                rig.start(PollClass.PROBE, "5", 1, 20_000),
                rig.start(PollClass.POLL, "3", 1, 20_000),
                rig.start(PollClass.POLL, "4", 1, 20_000),
                rig.start(PollClass.WRITE, "1", 1, 20_000),
                rig.start(PollClass.WRITE, "2", 1, 20_000))
            .compose(done -> first);
    await(rig.onContext(Future::succeededFuture)); // so that all of them are queued
    hold.countDown();
    await(all);

    assertThat(String.join("", rig.order)).isEqualTo("012345");
  }

  @Test
  void aBroadcastIsLeftAloneForItsTurnaround() {
    answers("");

    Outcome outcome = rig.run("all", 0, 50);

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.REPLY);
    assertThat(outcome.busNanos()).isGreaterThan(50_000_000L);
  }

  @Test
  void theRequestWaitsUntilTheLineWasSilentForItsPause() {
    answers("world", "world");
    var exchange =
        new Exchange(
            PollClass.POLL,
            Buffer.buffer("hello"),
            new FixedReply(5),
            5_000_000_000L,
            80 * PortRig.MILLI,
            0,
            outcome -> {});
    Outcome before = rig.run("hello", 5, 5_000);

    Outcome outcome = await(rig.start(exchange));

    assertThat(outcome.requestEndNanos() - before.lastByteNanos()).isGreaterThan(80_000_000L);
  }

  @Test
  void whatADeviceSendsByItselfIsHandedOverInOrder() throws InterruptedException {
    var all = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      pty.write(("line " + i + "\n").getBytes(US_ASCII));
    }
    while (all.indexOf("line 99\n") < 0) {
      String piece = rig.stray.poll(10, SECONDS);
      assertThat(piece).as("after " + all.length() + " bytes").isNotNull();
      all.append(piece);
    }
    assertThat(all.toString().lines().count()).isEqualTo(100);
  }

  @Test
  void bytesWithoutAReplyAreSentInTurn() throws InterruptedException {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    EchoSlave.on(pty, (end, request) -> heard.add(new String(request, US_ASCII)));

    await(
        rig.onContext(
            () -> {
              rig.port.write(Buffer.buffer("ping"));
              return Future.succeededFuture();
            }));

    assertThat(heard.poll(10, SECONDS)).isEqualTo("ping");
  }

  @Test
  void theSpeedCanChangeBetweenTwoExchanges() {
    answers("world", "world");
    rig.run("hello", 5, 5_000);
    assertThat(pty.baud()).isEqualTo(19_200);

    await(
        rig.onContext(
            () -> {
              rig.port.setBaud(300);
              return Future.succeededFuture();
            }));
    Outcome slow = rig.run("hello", 5, 5_000);

    assertThat(pty.baud()).isEqualTo(300);
    assertThat(slow.kind()).isEqualTo(Outcome.Kind.REPLY);
    // Five characters of ten bits at 300 baud.
    assertThat(slow.busNanos()).isGreaterThan(160_000_000L);
  }

  @Test
  void aScannerThatFailsHarmsOnlyItsOwnExchange() {
    answers("world", "world");
    ReplyScanner broken =
        new ReplyScanner() {
          @Override
          public Verdict scan(byte[] bytes, int length) {
            throw new StackOverflowError("of a test");
          }

          @Override
          public int missing() {
            return 1;
          }

          @Override
          public Verdict silence(byte[] bytes, int length) {
            return Verdict.MORE;
          }
        };

    Outcome outcome =
        await(
            rig.start(
                new Exchange(
                    PollClass.POLL,
                    Buffer.buffer("hello"),
                    broken,
                    5_000_000_000L,
                    0,
                    0,
                    ended -> {})));

    assertThat(outcome.kind()).isEqualTo(Outcome.Kind.DAMAGED);
    assertThat(outcome.reason()).startsWith("BUG: ");
    assertThat(rig.run("hello", 5, 5_000).kind()).isEqualTo(Outcome.Kind.REPLY);
  }
}
