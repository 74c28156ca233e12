package dev.sluice.driver.modbus.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.Quality;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a connection comes, goes, and is given up. */
class TcpLinkConnectionTest extends TcpLinkFixture {

  private static void isDown(Future<PollResult> result) {
    PollException down = refused(result);
    assertThat(down.failure()).isEqualTo(PollFailure.LINE_DOWN);
    assertThat(down.quality()).isEqualTo(Quality.DISCONNECTED);
  }

  /** Offset and value of a damaged 16-bit field of the header of a good reply. */
  @ParameterizedTest
  @CsvSource({
    "2, 1, 'protocol id 1, expected 0'",
    "2, 65535, 'protocol id 65535, expected 0'",
    "4, 0, 'length 0, expected 2 to 254'",
    "4, 1, 'length 1, expected 2 to 254'",
    "4, 255, 'length 255, expected 2 to 254'",
    "4, 65535, 'length 65535, expected 2 to 254'"
  })
  void aHeaderThatCannotBeOneClosesTheConnection(int at, int damage, String words) {
    connect(2);
    Future<PollResult> a = run(register(1));
    Future<PollResult> b = run(register(2));
    ScriptedServer.Asked asked = server.next();
    asked.send(asked.registers(1).setUnsignedShort(at, damage));

    isDown(a);
    isDown(b);
    assertThat(line.lostReason())
        .isEqualTo("no Modbus TCP header from 127.0.0.1:" + server.port() + ": " + words);
    assertThat(TestLine.take(server.closed)).isNotNull();
    assertThat(line.counted("bad_headers")).isEqualTo(1);
    assertThat(line.losses).isEmpty();

    isDown(run(register(1)));
    server.requests.clear();
    reconnect();
    nextPollWorks();
  }

  @Test
  void aFrameBegunOnOneConnectionIsNotFinishedOnTheNext() {
    connect(1);
    Future<PollResult> result = run(register(1));
    ScriptedServer.Asked asked = server.next();
    asked.socket().write(asked.registers(1).getBuffer(0, 9)).compose(v -> asked.socket().close());
    isDown(result);
    line.lostReason();

    reconnect();
    nextPollWorks();
  }

  @Test
  void aPeerThatClosesFailsWhatIsInFlightBeforeTheLineIsLost() {
    connect(2);
    Future<PollResult> a = run(register(1));
    Future<PollResult> b = run(register(2));
    List<String> order = new ArrayList<>();
    line.on(() -> a.onFailure(e -> order.add("a, lost: " + line.losses.size())));
    line.on(() -> b.onFailure(e -> order.add("b, lost: " + line.losses.size())));
    server.next().socket().close();

    assertThat(line.lostReason()).endsWith("closed the connection");
    isDown(a);
    isDown(b);
    assertThat(line.on(() -> List.copyOf(order))).containsExactly("a, lost: 0", "b, lost: 0");
    assertThat(line.losses).isEmpty();
    server.requests.clear();
    reconnect();
    nextPollWorks();
  }

  @Test
  void aPeerThatSaysNothingIsGivenUpAfterThreeTimeouts() {
    connect(1);
    for (int i = 0; i < 2; i++) {
      assertThat(refused(run(register(1), SHORT)).failure()).isEqualTo(PollFailure.TIMEOUT);
      assertThat(line.losses).isEmpty();
    }
    assertThat(refused(run(register(1), SHORT)).failure()).isEqualTo(PollFailure.TIMEOUT);

    assertThat(line.lostReason()).contains("no byte from 127.0.0.1").contains("3 time-outs");
    assertThat(line.counted("silent_peers")).isEqualTo(1);
    assertThat(TestLine.take(server.closed)).isNotNull();
    server.requests.clear();
    reconnect();
    nextPollWorks();
  }

  /** One bad device harms only itself, and so do two that are asked one after the other. */
  @Test
  void deadUnitsBehindAPeerDoNotCostTheOthersTheirConnection() {
    connect(1);
    answers(3);
    for (int dead : new int[] {1, 1, 1, 2, 2, 2}) {
      timesOut(dead);
    }
    answers(3);
    nextPollWorks();
    assertThat(line.counted("silent_peers")).isZero();
  }

  @Test
  void aPeerIsGivenUpOnceEveryUnitThatAnsweredWasAskedInVain() {
    connect(1);
    answers(3);
    answers(4);
    for (int silent : new int[] {1, 3, 1, 3}) {
      timesOut(silent);
    }
    assertThat(line.losses).isEmpty();
    timesOut(4);

    assertThat(line.lostReason()).contains("no byte from 127.0.0.1");
    assertThat(line.counted("silent_peers")).isEqualTo(1);
  }

  private void answers(int unit) {
    Future<PollResult> result = run(registerOf(unit));
    ScriptedServer.Asked asked = server.next();
    asked.send(asked.registers(unit));
    assertThat(value(result)).isEqualTo(unit);
  }

  private void timesOut(int unit) {
    assertThat(refused(run(registerOf(unit), SHORT)).failure()).isEqualTo(PollFailure.TIMEOUT);
    server.next();
  }

  @Test
  void anyByteShowsThatThePeerIsThere() {
    connect(1);
    for (int i = 0; i < 6; i++) {
      Future<PollResult> result = run(register(i), SHORT);
      ScriptedServer.Asked asked = server.next();
      if (i % 2 == 1) {
        asked.send(asked.registersAs(40_000, 1));
        line.awaitCounted("unknown_replies", (i + 1) / 2);
      }
      assertThat(refused(result).failure()).isEqualTo(PollFailure.TIMEOUT);
    }

    nextPollWorks();
    assertThat(line.counted("silent_peers")).isZero();
  }

  @Test
  void requestsThatWaitedTogetherAreOneTimeout() {
    connect(8);
    var request = new PollRequest(PollClass.POLL, Duration.ofMillis(150).toNanos());
    List<Future<PollResult>> results =
        line.on(() -> IntStream.range(0, 8).mapToObj(i -> link.run(register(i), request)).toList());
    ScriptedServer.Asked first = server.next();
    for (Future<PollResult> result : results) {
      assertThat(refused(result).failure()).isEqualTo(PollFailure.TIMEOUT);
    }

    first.send(first.registers(1));
    for (int i = 1; i < 8; i++) {
      server.next();
    }
    nextPollWorks();
    assertThat(line.counted("late_replies")).isEqualTo(1);
  }

  @Test
  void aRetryFromWithinTheLastTimeoutDoesNotGoToTheConnectionThatIsGivenUp() {
    connect(1);
    refused(run(register(1), SHORT));
    refused(run(register(1), SHORT));
    Poll poll = register(1);
    Promise<Throwable> retried = Promise.promise();
    line.on(
        () ->
            link.run(poll, new PollRequest(PollClass.POLL, SHORT.toNanos()))
                .onFailure(
                    e ->
                        link.run(poll, new PollRequest(PollClass.POLL, SHORT.toNanos()))
                            .onFailure(retried::complete)));

    assertThat(((PollException) TestLine.await(retried.future())).failure())
        .isEqualTo(PollFailure.LINE_DOWN);
    assertThat(line.lostReason()).contains("no byte");
    assertThat(TestLine.take(server.closed)).as("after all that was sent").isNotNull();
    assertThat(server.requests).hasSize(3);
  }

  @Test
  void closingFailsWhatIsInFlightAndIsNoLoss() {
    connect(1);
    Future<PollResult> result = run(register(1));

    Future<Void> closing = line.on(link::close);
    TestLine.await(closing);

    isDown(result);
    assertThat(TestLine.take(server.closed)).isNotNull();
    assertThat(line.losses).isEmpty();
    assertThat(line.on(link::close)).isSameAs(closing);
    isDown(run(register(1)));
    assertThat(TestLine.failure(line.on(link::connect))).hasMessage("the line is closed");
  }

  @Test
  void closingFromWithinAReplyStopsReadingThere() {
    connect(2);
    Future<PollResult> b = run(register(2));
    Poll poll = register(1);
    Future<PollResult> a =
        line.on(
            () ->
                link.run(poll, new PollRequest(PollClass.POLL, PATIENT.toNanos()))
                    .onSuccess(v -> link.close()));
    ScriptedServer.Asked second = server.next();
    ScriptedServer.Asked first = server.next();
    first.send(first.registers(1).appendBuffer(second.registers(2)));

    assertThat(value(a)).isEqualTo(1);
    isDown(b);
    assertThat(line.losses).isEmpty();
  }

  @Test
  void whatAListenerThrowsDisturbsNoOtherPoll() {
    connect(2);
    Poll poll = register(1);
    line.on(
        () ->
            link.run(poll, new PollRequest(PollClass.POLL, PATIENT.toNanos()))
                .onSuccess(
                    v -> {
                      throw new IllegalStateException("thrown by a listener, on purpose");
                    }));
    Future<PollResult> other = run(register(2));
    ScriptedServer.Asked first = server.next();
    ScriptedServer.Asked second = server.next();
    first.send(first.registers(1).appendBuffer(second.registers(2)));

    assertThat(value(other)).isEqualTo(2);
    nextPollWorks();
  }

  @Test
  void aPollBeforeTheFirstConnectionFails() {
    link = new TcpLink(options(1), line);

    isDown(run(register(1)));
  }

  @Test
  void aRefusedConnectionIsToldInWords() {
    link = new TcpLink(options(1), line);
    server.close();

    assertThat(TestLine.failure(line.on(link::connect)))
        .hasMessage(
            "127.0.0.1:"
                + server.port()
                + " refused the connection; check the port and that Modbus TCP is switched on");
    assertThat(line.losses).isEmpty();
  }

  @Test
  void whyAConnectionFailsIsToldInWords() {
    var options = new TcpOptions("plc-1.local", 502, 1, Duration.ofSeconds(5));

    assertThat(ConnectFailure.of(new UnknownHostException("x"), options))
        .hasMessage("no such host: plc-1.local; check the name and the name server");
    assertThat(ConnectFailure.of(new NoRouteToHostException("No route to host"), options))
        .hasMessageStartingWith("no route to plc-1.local:502");
    assertThat(ConnectFailure.of(new SocketException("Network is unreachable"), options))
        .hasMessageStartingWith("no route to plc-1.local:502");
    assertThat(
            ConnectFailure.of(new ConnectException("connection timed out after 5000 ms"), options))
        .hasMessageStartingWith("no answer from plc-1.local:502 within 5000 ms");
    assertThat(ConnectFailure.of(new IllegalStateException("Client is closed"), options))
        .hasMessage("cannot connect to plc-1.local:502: Client is closed");
    assertThat(new TcpOptions("fe80::1", 502, 1, Duration.ofSeconds(5)).peer())
        .isEqualTo("[fe80::1]:502");
  }

  /** The name is looked up before the client's own time-out begins to run. */
  @Test
  void aConnectionThatHangsFailsInTimeAndASocketThatComesLaterIsClosed() {
    Promise<NetSocket> hanging = Promise.promise();
    NetClient hangs =
        (NetClient)
            Proxy.newProxyInstance(
                NetClient.class.getClassLoader(),
                new Class<?>[] {NetClient.class},
                (proxy, method, args) -> hanging.future());
    var context = new TestLine(vertx, hangs);
    link = new TcpLink(new TcpOptions("10.0.0.5", 502, 1, Duration.ofMillis(100)), context);

    assertThat(TestLine.failure(context.on(link::connect)))
        .hasMessageStartingWith("no answer from 10.0.0.5:502 within 100 ms");

    NetSocket late =
        TestLine.await(
            client.connect(new ConnectOptions().setHost("127.0.0.1").setPort(server.port())));
    hanging.complete(late);
    assertThat(TestLine.take(server.closed)).isNotNull();
    isDown(context.on(() -> link.run(register(1), new PollRequest(PollClass.POLL, 1_000_000))));
  }

  @Test
  void closingEndsAConnectUnderWay() {
    var closedIt = new AtomicBoolean();
    link = new TcpLink(options(1), line);
    Future<Void> connecting =
        line.on(
            () -> {
              Future<Void> attempt = link.connect();
              link.close().onSuccess(v -> closedIt.set(true));
              return attempt;
            });

    assertThat(TestLine.failure(connecting)).hasMessage("the line was closed");
    assertThat(closedIt).isTrue();
    assertThat(TestLine.take(server.closed)).isNotNull();
    assertThat(line.losses).isEmpty();
  }

  @Test
  void whatOnlyABugCouldDoIsToldAsOne() {
    connect(1);
    run(register(1));

    assertThatThrownBy(() -> run(register(2))).hasMessageContaining("BUG: more than 1 polls");
    assertThatThrownBy(() -> line.on(link::connect)).hasMessageContaining("BUG: connect while");
    Poll foreign = register(1);
    link = new TcpLink(options(1), line);
    assertThatThrownBy(() -> run(foreign)).hasMessageContaining("BUG: a poll of another line");
  }
}
