package dev.sluice.driver.serial;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollClass;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.Future;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A port that is closed while somebody has been asked and has not answered yet. */
class ClosingTest {

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private Pty pty;
  private PortRig rig;

  @BeforeEach
  void openPort() {
    pty = Pty.open();
    EchoSlave.on(pty, (end, request) -> asked.add(new String(request, US_ASCII)));
    rig = new PortRig(pty.path());
    rig.open();
  }

  @AfterEach
  void closePort() {
    rig.close();
    pty.close();
  }

  @Test
  void endsWhatIsUnderWayAndWhatWaits() throws InterruptedException {
    Future<Outcome> running = rig.start(PollClass.POLL, "a", 5, 60_000);
    Future<Outcome> waiting = rig.start(PollClass.POLL, "b", 5, 60_000);
    assertThat(asked.poll(10, SECONDS)).isEqualTo("a");

    await(rig.onContext(rig.port::close));

    assertThat(await(running).kind()).isEqualTo(Outcome.Kind.PORT_LOST);
    assertThat(await(waiting).kind()).isEqualTo(Outcome.Kind.PORT_LOST);
    assertThat(await(running).reason()).contains("closed");
    assertThat(asked).isEmpty();
    assertThat(rig.lost).isEmpty();
    assertThat(rig.run("c", 5, 1_000).kind()).isEqualTo(Outcome.Kind.PORT_LOST);
  }

  /** Else every reply after it would answer the request before its own. */
  @Test
  void aReplyUnderWayIsNotLeftToWhoeverOpensThePortNext() throws InterruptedException {
    Future<Outcome> running = rig.start(PollClass.POLL, "old", 5, 60_000);
    assertThat(asked.poll(10, SECONDS)).isEqualTo("old");
    Future<Void> closed = rig.onContext(rig.port::close);

    try (var next = new PortRig(pty.path())) {
      Future<String> early =
          next.onContext(() -> next.port.open().map("open").otherwise("refused"));
      assertThat(await(early)).as("before the reply is there").isEqualTo("refused");
      pty.write("reply".getBytes(US_ASCII));
      await(closed);
      next.open();

      Future<Outcome> fresh = next.start(PollClass.POLL, "new", 5, 60_000);
      assertThat(asked.poll(10, SECONDS)).isEqualTo("new");
      pty.write("fresh".getBytes(US_ASCII));

      assertThat(await(running).received()).hasToString("reply");
      assertThat(await(fresh).received()).hasToString("fresh");
    }
  }

  /** Nothing gets a thread out of a write that the kernel does not take. */
  @Test
  void whoWantsAPortThatTakesNothingLearnsThatItsOwnLineStillHoldsIt() {
    try (var stuck = Pty.open();
        var before = new PortRig(stuck.path());
        var next = new PortRig(stuck.path())) {
      before.open();
      Future<Outcome> endless = before.start(PollClass.POLL, "x".repeat(1 << 20), 5, 60_000);
      Future<Outcome> other = before.start(PollClass.POLL, "y", 5, 60_000);
      assertThat(stuck.read(new byte[1], 10_000)).as("bytes on their way").isEqualTo(1);
      Future<Void> closed = before.onContext(before.port::close);

      assertThat(next.refusal())
          .contains(stuck.path() + " is still held by line bus-a")
          .contains("unplug it and plug it in again");
      assertThat(closed.isComplete()).isFalse();

      EchoSlave.on(stuck, (end, request) -> {});
      await(closed);
      assertThat(await(endless).kind()).isEqualTo(Outcome.Kind.PORT_LOST);
      assertThat(await(other).kind()).isEqualTo(Outcome.Kind.PORT_LOST);
      next.open();
    }
  }
}
