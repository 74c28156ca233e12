package dev.sluice.driver.modbus.rtu;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The adapter comes back sooner than the device answers what it was asked before. */
class ReopenedLineTest {

  private static final int TIMEOUT_MILLIS = 500;

  @TempDir Path folder;

  @Test
  void aReplyToARequestFromBeforeIsNotTakenForOneFromAfter() throws InterruptedException {
    BlockingQueue<PtySlave.Asked> asked = new LinkedBlockingQueue<>();
    Path path = folder.resolve("usb-adapter");
    try (var rig = new SerialRig(path, asked::add)) {
      Future<Throwable> cut =
          rig.start(rig.registers(5, 100, 2), TIMEOUT_MILLIS)
              .transform(ended -> Future.succeededFuture(ended.cause()));
      PtySlave.Asked before = next(asked);
      rig.slave.close();
      assertThat(await(cut))
          .isInstanceOfSatisfying(
              PollException.class, e -> assertThat(e.failure()).isEqualTo(PollFailure.LINE_DOWN));

      try (var plugged = new PtySlave(Pty.open(path), asked::add)) {
        Future<Void> connected = rig.on(rig.link::connect);
        plugged.send(before.reply());
        await(connected);
        Future<PollResult> after = rig.start(rig.registers(5, 700, 2), TIMEOUT_MILLIS);
        PtySlave.Asked second = next(asked);
        second.send(second.reply());

        assertThat(SerialRig.isRight(await(after), 5, 700)).isTrue();
        assertThat(rig.counted).containsEntry("late_replies", 1);
      }
    }
  }

  private static PtySlave.Asked next(BlockingQueue<PtySlave.Asked> asked)
      throws InterruptedException {
    PtySlave.Asked next = asked.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("a request").isNotNull();
    return next;
  }
}
