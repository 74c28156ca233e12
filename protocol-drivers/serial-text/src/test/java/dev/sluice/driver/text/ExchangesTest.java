package dev.sluice.driver.text;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.Values;
import dev.sluice.driver.testkit.LineUnderTest;
import dev.sluice.driver.testkit.Polled;
import dev.sluice.driver.testkit.TestDeviceContext;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the general promises do not say: how a line without ids keeps answers apart. */
class ExchangesTest {

  private static final Duration TIMEOUT = Duration.ofMillis(250);

  /** Long enough that a busy machine does not make a time-out of what comes at once. */
  private static final Duration LONGER = Duration.ofMillis(1_500);

  private static final Duration AMPLE = Duration.ofSeconds(10);

  private Vertx vertx;
  private NetServer server;
  private TestLineContext context;
  private LineUnderTest line;
  private Device device;
  private Poll poll;

  /** What the device does with a request, and how many it has got. */
  private final AtomicReference<BiConsumer<NetSocket, String>> script = new AtomicReference<>();

  @BeforeEach
  void connect() {
    // One event loop: times that are over come in their order, however busy the machine is.
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    server =
        vertx
            .createNetServer()
            .connectHandler(
                socket ->
                    socket.handler(
                        RecordParser.newDelimited(
                            "\n", bytes -> script.get().accept(socket, bytes.toString()))));
    int port = await(server.listen(0, "127.0.0.1")).actualPort();
    context = await(TestLineContext.create(vertx));
    line = new LineUnderTest(context, new TextDriver(), TextSettings.line("127.0.0.1", port));
    device = line.addDevice(device("v?\n"));
    poll = line.call(() -> Future.succeededFuture(device.plan(new int[] {0}).get(0)));
    line.connect();
    // Nothing is slow any more because it is new.
    script.set((socket, request) -> socket.write("v=0\n"));
    assertThat(value(line.poll(device, poll, AMPLE))).isZero();
  }

  @AfterEach
  void close() {
    line.close();
    await(vertx.close());
    line.checkBehaved();
  }

  @Test
  void secondReplyInOneSegmentIsThrownAwayAndCounted() {
    script.set((socket, request) -> socket.write("v=1\nv=2\nv="));
    assertThat(value(line.poll(device, poll, AMPLE))).isEqualTo(1);
    assertThat(context.counted("unsolicited_bytes")).isEqualTo(6);
    script.set((socket, request) -> socket.write("v=3\n"));
    assertThat(value(line.poll(device, poll, AMPLE))).isEqualTo(3);
  }

  @Test
  void blankLinesBeforeAReplyAreNoReply() {
    script.set((socket, request) -> socket.write("\n\nv=1\n"));
    assertThat(value(line.poll(device, poll, AMPLE))).isEqualTo(1);
  }

  @Test
  void replyOfAnotherFormFailsAtOnceAndWhatFollowsItIsNotTakenForTheNextAnswer() {
    script.set(
        (socket, request) -> {
          socket.write("welcome\n");
          script.set((again, next) -> again.write("v=2\n"));
          vertx.setTimer(TIMEOUT.toMillis() / 2, id -> socket.write("v=1\n"));
        });
    Polled refused = line.poll(device, poll, LONGER);
    refused.failedWith(PollFailure.BAD_REPLY); // and not, later, with TIMEOUT
    assertThat(refused.failedInWords())
        .hasMessageContaining("\"welcome\"")
        .hasMessageContaining("v=");
    assertThat(value(line.recover(device, poll, LONGER))).isEqualTo(2);
  }

  @Test
  void endlessReplyIsRefusedAtTheLimit() {
    script.set((socket, request) -> socket.write("x".repeat(5000)));
    PollException refused = line.poll(device, poll, LONGER).failedInWords();
    assertThat(refused.failure()).isEqualTo(PollFailure.BAD_REPLY);
    assertThat(refused).hasMessageContaining("4096");
    script.set((socket, request) -> socket.write("\nv=2\n"));
    assertThat(value(line.recover(device, poll, TIMEOUT))).isEqualTo(2);
  }

  @Test
  void unansweredRequestHoldsBackTheNextOneUntilTheLineWasSilent() {
    // The device answers each request after 1.5 timeouts, so each answer is late.
    var asked = new AtomicReference<>(0);
    script.set(
        (socket, request) -> {
          int number = asked.updateAndGet(n -> n + 1);
          vertx.setTimer(TIMEOUT.toMillis() * 3 / 2, id -> socket.write("v=" + number + "\n"));
        });
    for (int i = 0; i < 5; i++) {
      line.poll(device, poll, TIMEOUT).failedWith(PollFailure.TIMEOUT);
    }
    assertThat(asked.get()).as("requests sent in five polls").isLessThanOrEqualTo(3);
    assertThat(context.counted("late_bytes")).isPositive();
    script.set((socket, request) -> socket.write("v=77\n"));
    assertThat(value(line.recover(device, poll, TIMEOUT))).isEqualTo(77);
  }

  @Test
  void pollThatWaitedForSilenceSaysThatItWasNotSent() {
    script.set((socket, request) -> {});
    // The second at once when the first has failed, while the line has to be silent.
    Future<Polled> second =
        line.start(device, poll, TIMEOUT.multipliedBy(2))
            .compose(
                first -> {
                  first.failedWith(PollFailure.TIMEOUT);
                  return line.start(device, poll, TIMEOUT);
                });
    PollException waited = await(second).failedInWords();
    assertThat(waited.failure()).isEqualTo(PollFailure.TIMEOUT);
    assertThat(waited).hasMessageContaining("not asked");
  }

  @Test
  void lineThatNeverFallsSilentIsGivenUpAndConnectedAgain() {
    script.set(
        (socket, request) ->
            vertx.setPeriodic(
                TIMEOUT.toMillis() / 5,
                id -> {
                  if (!socket.writeQueueFull()) {
                    socket.write("babble");
                  }
                }));
    Future<String> lost = context.nextLost();
    line.poll(device, poll, TIMEOUT).failedWith(PollFailure.TIMEOUT);
    assertThat(await(lost)).contains("never silent");
    script.set((socket, request) -> socket.write("v=5\n"));
    assertThat(value(line.recover(device, poll, TIMEOUT))).isEqualTo(5);
  }

  @Test
  void bytesThatNobodyAskedForAreThrownAwayAndCounted() {
    script.set((socket, request) -> socket.write("v=1\n").onSuccess(v -> socket.write("v=9\n")));
    assertThat(value(line.poll(device, poll, AMPLE))).isEqualTo(1);
    script.set((socket, request) -> socket.write("v=2\n"));
    // Before the next poll the surplus has arrived: the socket keeps the order.
    while (context.counted("unsolicited_bytes") < 4) {
      line.call(Future::succeededFuture);
    }
    assertThat(value(line.poll(device, poll, AMPLE))).isEqualTo(2);
  }

  @Test
  void deviceThatSendsByItselfNeedsALineOfItsOwn() {
    var counts = new TestDeviceContext(context);
    var direct =
        line.outcome(() -> Future.succeededFuture(line.line().addDevice(streaming(), counts)));
    assertThat(direct.cause())
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("request")
        .hasMessageContaining("line of its own");
    // When the last of the other sort is closed, it may come.
    line.call(
        () -> {
          device.close();
          return Future.succeededFuture(line.line().addDevice(streaming(), counts));
        });
  }

  private static long value(Polled polled) {
    return value(polled.succeededResult());
  }

  private static long value(dev.sluice.driver.PollResult result) {
    Values values = result.values();
    assertThat(values.isGood(0)).isTrue();
    return values.bits(0);
  }

  private static DeviceSettings device(String request) {
    return new DeviceSettings(
        "d",
        new JsonObject().put("request", request).put("pattern", "v=(?<v>\\d+)"),
        List.of(TextPeer.point("v", "v", "int64")));
  }

  private static DeviceSettings streaming() {
    return new DeviceSettings(
        "s",
        new JsonObject().put("pattern", "v=(?<v>\\d+)"),
        List.of(TextPeer.point("v", "v", "int64")));
  }
}
