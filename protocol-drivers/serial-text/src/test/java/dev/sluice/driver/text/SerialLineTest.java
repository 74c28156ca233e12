package dev.sluice.driver.text;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static dev.sluice.driver.text.PtyPeer.bytes;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Bus;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.testkit.Polled;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that are asked and devices that send by themselves, over a pseudo-terminal. */
class SerialLineTest {

  private static final int TIMES = Boolean.getBoolean("sluice.long") ? 50 : 4;
  private static final JsonObject AS_IS = new JsonObject();

  @TempDir private Path folder;

  private static JsonObject asked() {
    return new JsonObject().put("request", "READ\\r\\n").put("pattern", "v=(?<v>\\d+)");
  }

  private static final String[] POINT = {"v", "{\"group\":\"v\",\"type\":\"int64\"}"};

  @Test
  void aDeviceThatIsAskedIsRead() {
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, SerialRig.device(asked(), POINT))) {
      PtyPeer.on(pty, '\n', (end, request) -> end.write(bytes("\nv=21\n")));
      rig.connect();
      assertThat(rig.read()).isEqualTo("v=21");
      assertThat(pty.baud()).as("what such devices usually have").isEqualTo(9600);
      PollTiming timing = rig.run(SerialRig.PATIENT).succeededResult().timing();
      assertThat(timing.firstByteNanos() - timing.requestEndNanos()).isNotNegative();
      assertThat(timing.lastByteNanos() - timing.firstByteNanos()).isNotNegative();
      assertThat(timing.bytesOut()).isEqualTo(6);
    }
  }

  @Test
  void theLineTellsItsMediumAndSpeedAndAPollItsShareOfIt() {
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, SerialRig.device(asked(), POINT))) {
      assertThat(rig.line.line()).isInstanceOf(Bus.class);
      var bus = (Bus) rig.line.line();
      assertThat(bus.speed()).isEqualTo("9600 8N1");
      assertThat(bus.medium()).isEqualTo(pty.device().toString());
      // 6 characters of request and 32 of answer, about 1.04 ms each.
      assertThat(rig.poll().busNanos()).isBetween(39_000_000L, 60_000_000L);
    }
  }

  @Test
  void whatWasThereBeforeTheRequestIsNoAnswerToIt() {
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, SerialRig.device(asked(), POINT))) {
      var round = new AtomicInteger();
      PtyPeer.on(
          pty, '\n', (end, request) -> end.write(bytes("v=" + round.incrementAndGet() + "\n")));
      rig.connect();
      for (int i = 1; i <= 20; i++) {
        pty.write(bytes("v=666\n"));
        // A terminal takes its time to hand bytes over.
        long expected = i * 6L;
        rig.until(() -> rig.context.counted("unsolicited_bytes") >= expected);
        assertThat(rig.read()).isEqualTo("v=" + i);
      }
    }
  }

  @Test
  void anAnswerThatIsLateIsNeverTakenForTheNext() {
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, SerialRig.device(asked(), POINT))) {
      var round = new AtomicInteger();
      PtyPeer.on(
          pty,
          '\n',
          (end, request) -> {
            int number = round.incrementAndGet();
            if (number > 1) {
              end.write(bytes("v=" + number + "\n"));
            }
          });
      rig.connect();
      Duration timeout = Duration.ofMillis(400);
      Future<Polled> late =
          rig.line
              .start(rig.device, rig.poll(), timeout)
              .map(
                  polled -> {
                    pty.write(bytes("v=1\n")); // just later than its timeout
                    return polled;
                  });
      await(late).failedWith(PollFailure.TIMEOUT);
      var recovered = rig.line.recover(rig.device, rig.poll(), timeout);
      assertThat(recovered.values().bits(0)).isEqualTo(2);
      assertThat(rig.context.counted("late_bytes")).isEqualTo(4);
    }
  }

  @Test
  void theEchoOfATwoWireAdapterIsTakenAway() {
    var device =
        SerialRig.device(
            new JsonObject().put("request", "v=?\n").put("pattern", "v=(?<v>\\d+)"), POINT);
    try (Pty pty = Pty.open();
        var rig =
            new SerialRig(
                new JsonObject()
                    .put("echo", "yes")
                    .put("serial", new JsonObject().put("port", pty.path().toString())),
                device)) {
      PtyPeer.on(pty, '\n', (end, request) -> end.write(bytes(request + "v=3\n")));
      rig.connect();
      assertThat(rig.read()).isEqualTo("v=3");
    }
  }

  @Test
  void aDeviceThatSendsByItselfIsHeardFromItsFirstWholeLineOn() {
    var device = SerialRig.device(new JsonObject().put("pattern", "v=(?<v>\\d+)"), POINT);
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      rig.connect();
      pty.write(bytes("=666\nv=1\nv="));
      assertThat(rig.next()).isEqualTo("v=1");
      pty.write(bytes("2\nnonsense\nv=3\n"));
      assertThat(rig.next()).isEqualTo("v=2");
      assertThat(rig.next()).startsWith("refused: found \"nonsense\"");
      assertThat(rig.next()).isEqualTo("v=3");
    }
  }

  @Test
  void pulledAndPluggedInAgainManyTimesItIsNoticedAndHeardAgain() throws Exception {
    Path link = folder.resolve("usb-adapter");
    var device = SerialRig.device(new JsonObject().put("pattern", "v=(?<v>\\d+)"), POINT);
    Pty pty = Pty.open(link);
    try (var rig = new SerialRig(link, AS_IS, device)) {
      rig.context.onLost(() -> rig.lost.add("lost"));
      for (int i = 0; i < TIMES; i++) {
        rig.connect();
        pty.write(bytes("x\nv=" + i + "\nv=66"));
        assertThat(rig.next()).isEqualTo("v=" + i);
        Pty pulled = pty;
        long before = System.nanoTime();
        pulled.close();
        assertThat(rig.lost.poll(10, SECONDS)).as("round " + i).isEqualTo("lost");
        assertThat(System.nanoTime() - before).as("noticed").isLessThan(1_000_000_000L);
        assertThat(rig.line.outcome(() -> rig.line.line().connect()).cause())
            .hasMessageContaining("no serial port " + link);
        long plugged = System.nanoTime();
        pty = Pty.open(link);
        assertThat(rig.available.poll(10, SECONDS)).as("told that it is back").isNotNull();
        assertThat(System.nanoTime() - plugged).as("told").isLessThan(3_000_000_000L);
      }
    }
    pty.close();
  }

  @Test
  void aPollThatIsUnderWayWhenItIsPulledFailsAsALineThatIsDown() {
    Pty pty = Pty.open();
    try (var rig = new SerialRig(pty.path(), AS_IS, SerialRig.device(asked(), POINT))) {
      PtyPeer.on(pty, '\n', (end, request) -> end.close());
      rig.connect();
      Polled polled = rig.run(SerialRig.PATIENT);
      polled.failedWith(PollFailure.LINE_DOWN);
      assertThat(polled.failedInWords()).hasMessageContaining("is gone");
    }
  }
}
