package dev.sluice.driver.modbus.rtu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.modbus.Seed;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A line with noise, breaks, damaged bytes and late replies all at once. */
class NoisyLineTest {

  private static final int TIMEOUT_MILLIS = 60;

  /** Less what two threads of a busy machine may take to see a request. */
  private static final long PROMISED_NANOS = (2 * TIMEOUT_MILLIS - 15) * 1_000_000L;

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
      var judge = new PollJudge(rig, TIMEOUT_MILLIS, PROMISED_NANOS);
      for (int i = 0; i < polls; i++) {
        judge.ask(1 + random.nextInt(5), random.nextInt(60_000), 1 + random.nextInt(20));
      }
      judge.end();
      System.out.println(
          "noisy line: polls="
              + polls
              + " right="
              + judge.right()
              + " "
              + trouble
              + " noticed="
              + rig.counted
              + " "
              + rig.context.counts());
      // Of those that a busy machine let the slave answer in time.
      assertThat(judge.right()).isGreaterThan((polls - rig.slave.withheld()) * 9 / 10);
    }
  }

  private static void answer(PtySlave.Asked asked, Random random, Trouble trouble)
      throws InterruptedException {
    byte[] reply = asked.reply();
    int dice = random.nextInt(200);
    if (dice < 2) {
      trouble.damaged++;
      reply[random.nextInt(reply.length)] ^= (byte) (1 << random.nextInt(8));
      asked.sendBefore(PROMISED_NANOS, reply);
    } else if (dice < 3) {
      trouble.trailed++;
      asked.sendBefore(PROMISED_NANOS, reply, noise(random));
    } else if (dice < 10) {
      trouble.noisy++;
      asked.sendBefore(PROMISED_NANOS, noise(random), reply);
    } else if (dice < 11) {
      trouble.late++;
      Thread.sleep(TIMEOUT_MILLIS + random.nextInt(TIMEOUT_MILLIS - 10));
      asked.sendBefore(PROMISED_NANOS);
    } else {
      asked.sendBefore(PROMISED_NANOS);
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
