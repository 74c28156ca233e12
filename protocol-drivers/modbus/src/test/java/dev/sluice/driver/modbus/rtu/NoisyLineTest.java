package dev.sluice.driver.modbus.rtu;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollResult;
import dev.sluice.driver.modbus.Seed;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A line with noise, breaks, damaged bytes and late replies all at once. */
class NoisyLineTest {

  private static final int TIMEOUT_MILLIS = 60;

  /** Less what two threads of a busy machine may take to see a request. */
  private static final long PROMISED_NANOS = (2 * TIMEOUT_MILLIS - 8) * 1_000_000L;

  /** What was on the wire beside right replies. */
  private static final class Trouble {
    private int damaged;
    private int trailed;
    private int noisy;
    private int late;

    @Override
    public String toString() {
      return "damaged=" + damaged + " trailed=" + trailed + " noisy=" + noisy + " late=" + late;
    }
  }

  @Test
  void noWrongValueAndNineOfTenPollsGoodAtOnePercentDamage() {
    var random = new Random(Seed.next());
    int polls = Seed.count(2_000, 100_000);
    var slaves = new Random(random.nextLong());
    var trouble = new Trouble();
    try (var rig =
        new SerialRig(
            Echo.UNKNOWN, Duration.ofMillis(20), asked -> answer(asked, slaves, trouble))) {
      int right = 0;
      for (int i = 0; i < polls; i++) {
        int unit = 1 + random.nextInt(5);
        int address = random.nextInt(60_000);
        int count = 1 + random.nextInt(20);
        AsyncResult<PollResult> ended =
            await(
                rig.start(rig.registers(unit, address, count), TIMEOUT_MILLIS)
                    .transform(Future::succeededFuture));
        if (ended.succeeded()) {
          assertThat(SerialRig.isRight(ended.result(), unit, address)).as("poll " + i).isTrue();
          right++;
        }
      }
      System.out.println(
          "noisy line: polls="
              + polls
              + " right="
              + right
              + " "
              + trouble
              + " noticed="
              + rig.counted
              + " "
              + rig.context.counts());
      assertThat(right).isGreaterThan(polls * 9 / 10);
    }
  }

  private static void answer(PtySlave.Asked asked, Random random, Trouble trouble)
      throws InterruptedException {
    byte[] reply = asked.reply();
    int dice = random.nextInt(200);
    if (dice < 2) {
      trouble.damaged++;
      reply[random.nextInt(reply.length)] ^= (byte) (1 << random.nextInt(8));
      asked.send(reply);
    } else if (dice < 3) {
      trouble.trailed++;
      asked.send(reply, noise(random));
    } else if (dice < 10) {
      trouble.noisy++;
      asked.send(noise(random), reply);
    } else if (dice < 11) {
      trouble.late++;
      Thread.sleep(TIMEOUT_MILLIS + random.nextInt(TIMEOUT_MILLIS - 10));
      sendInTime(asked, reply);
    } else {
      sendInTime(asked, reply);
    }
  }

  /** Later than twice its timeout would not be what is promised for. */
  private static void sendInTime(PtySlave.Asked asked, byte[] reply) {
    if (System.nanoTime() - asked.nanos() < PROMISED_NANOS) {
      asked.send(reply);
    }
  }

  /** Random bytes, or a break, which is read as zeros. */
  private static byte[] noise(Random random) {
    byte[] noise = new byte[1 + random.nextInt(12)];
    if (random.nextBoolean()) {
      random.nextBytes(noise);
    }
    return noise;
  }
}
