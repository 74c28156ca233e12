package dev.sluice.simulator.serial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.SeededRandom;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the faults of a serial line do to bytes, and what they leave alone. */
class RtuFaultsTest {

  private static final Duration QUIET = Duration.ofMillis(300);
  private static final byte[] READ_TWO = Bus.read(2, 2, 2);
  private static final byte[] TWO = Bus.registers(2, 2, 22);
  private static final byte[] COUNT_ONE = Bus.read(1, 0, 2);

  @TempDir private Path directory;
  private Bus bus;
  private RawPort client;

  @BeforeEach
  void start() throws Exception {
    bus = new Bus(directory, 115_200, SeededRandom.create("faults of a bus").nextInt());
    client = new RawPort(bus.port());
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    bus.close();
  }

  @Test
  void answersRequestsInPiecesAndOneAfterTheOtherWithoutAPause() throws Exception {
    client.send(Arrays.copyOf(READ_TWO, 3));
    client.send(Arrays.copyOfRange(READ_TWO, 3, READ_TWO.length));
    assertThat(client.receive(TWO.length)).isEqualTo(TWO);
    byte[] both = Arrays.copyOf(READ_TWO, 16);
    System.arraycopy(Bus.read(17, 2, 2), 0, both, 8, 8);
    client.send(both);
    assertThat(client.receive(TWO.length)).isEqualTo(TWO);
    assertThat(client.receive(TWO.length)).isEqualTo(Bus.registers(17, 2, 177));
  }

  @Test
  void answersNothingToBroadcastsStrangersAndDamagedRequests() throws Exception {
    client.send(Bus.read(0, 2, 2));
    assertThat(client.receive(1, QUIET)).isEmpty();
    client.send(Bus.read(5, 2, 2));
    assertThat(client.receive(1, QUIET)).isEmpty();
    byte[] damaged = READ_TWO.clone();
    damaged[5] ^= 1;
    client.send(damaged);
    assertThat(client.receive(1, QUIET)).isEmpty();
    byte[] afterNoise = new byte[3 + READ_TWO.length];
    System.arraycopy(READ_TWO, 0, afterNoise, 3, READ_TWO.length);
    client.send(afterNoise);
    assertThat(client.receive(1, QUIET)).as("deaf until there is silence").isEmpty();
    assertThat(client.ask(READ_TWO, TWO.length)).isEqualTo(TWO);
  }

  @Test
  void refusesAFunctionItDoesNotKnowWhenSilenceEndsTheFrame() throws Exception {
    byte[] refusal = Bus.frame(2, 0xE4, 1);
    assertThat(client.ask(Bus.frame(2, 100, 1, 2, 3), refusal.length)).isEqualTo(refusal);
  }

  @Test
  void damageTurnsOneBitAndTheCounterStandsStill() throws Exception {
    bus.fault("bus-a", "damage 100%");
    for (int i = 0; i < 50; i++) {
      byte[] reply = client.ask(READ_TWO, TWO.length);
      assertThat(new BigInteger(reply).xor(new BigInteger(TWO)).bitCount())
          .satisfiesAnyOf(
              bits -> assertThat(bits).isEqualTo(1),
              // The highest bit turned: the sign of the numbers differs.
              bits -> assertThat(reply[0] ^ TWO[0]).isEqualTo((byte) 0x80));
      client.ask(COUNT_ONE, 9);
    }
    assertThat(bus.answered("one")).isZero();
    bus.fault("bus-a", "none");
    assertThat(Bus.count(client.ask(COUNT_ONE, 9))).isEqualTo(1);
  }

  @Test
  void aRateOfDamageLeavesTheOthersWholeAndTheirCountsWithoutAHole() throws Exception {
    int requests = Boolean.getBoolean("sluice.long") ? 20_000 : 400;
    bus.fault("one", "damage 20%");
    long expected = 1;
    int damaged = 0;
    for (int i = 0; i < requests; i++) {
      byte[] reply = client.ask(COUNT_ONE, 9);
      if (Arrays.equals(reply, Bus.frame(1, 4, 4, 0, 0, (int) expected >> 8, (int) expected))) {
        expected++;
      } else {
        damaged++;
      }
    }
    assertThat(bus.answered("one")).isEqualTo(expected - 1);
    // Eight standard deviations on either side.
    double deviation = Math.sqrt(requests * 0.2 * 0.8);
    assertThat((double) damaged)
        .isBetween(requests * 0.2 - 8 * deviation, requests * 0.2 + 8 * deviation);
  }

  @Test
  void noiseStandsWhereItIsToldTo() throws Exception {
    bus.fault("two", "noise before 100%");
    byte[] before = noisy();
    assertThat(Arrays.copyOfRange(before, before.length - TWO.length, before.length))
        .isEqualTo(TWO);
    bus.fault("two", "noise after 100%");
    assertThat(Arrays.copyOf(noisy(), TWO.length)).isEqualTo(TWO);
    bus.fault("two", "noise in 100%");
    byte[] in = noisy();
    assertThat(in[0]).isEqualTo(TWO[0]);
    assertThat(in[in.length - 1]).isEqualTo(TWO[TWO.length - 1]);
    bus.fault("two", "none");
    assertThat(client.ask(READ_TWO, TWO.length)).isEqualTo(TWO);
  }

  private byte[] noisy() throws Exception {
    byte[] most = client.ask(READ_TWO, TWO.length + 1);
    byte[] rest = client.receive(100, QUIET);
    assertThat(most.length + rest.length).isBetween(TWO.length + 1, TWO.length + 8);
    byte[] reply = Arrays.copyOf(most, most.length + rest.length);
    System.arraycopy(rest, 0, reply, most.length, rest.length);
    return reply;
  }

  @Test
  void aSlowSlaveHoldsUpNobodyAndCounts() throws Exception {
    bus.fault("one", "delay 600ms");
    long asked = System.nanoTime();
    client.send(COUNT_ONE);
    assertThat(client.ask(READ_TWO, TWO.length)).isEqualTo(TWO);
    assertThat(Bus.count(client.receive(9))).isEqualTo(1);
    assertThat(client.firstByteNanos() - asked).isGreaterThan(600_000_000);
  }

  @Test
  void aReplyThatIsLateComesBetweenThoseOfOthersAndIsNotCounted() throws Exception {
    bus.fault("one", "late 600ms 100%");
    long asked = System.nanoTime();
    client.send(COUNT_ONE);
    assertThat(client.ask(READ_TWO, TWO.length)).isEqualTo(TWO);
    byte[] late = client.receive(9);
    assertThat(client.firstByteNanos() - asked).isGreaterThan(600_000_000);
    assertThat(Bus.count(late)).isEqualTo(1);
    bus.fault("one", "none");
    assertThat(Bus.count(client.ask(COUNT_ONE, 9))).as("the same count again").isEqualTo(1);
  }

  @Test
  void aDeadSlaveIsSilentForItsTimeAndTheOthersAnswer() throws Exception {
    bus.fault("two", "silence for 1500ms");
    client.send(READ_TWO);
    assertThat(client.receive(1, QUIET)).isEmpty();
    assertThat(Bus.count(client.ask(COUNT_ONE, 9))).isEqualTo(1);
    byte[] reply = {};
    for (long end = System.nanoTime() + 10_000_000_000L;
        reply.length == 0 && System.nanoTime() < end; ) {
      client.send(READ_TWO);
      reply = client.receive(TWO.length, QUIET);
    }
    assertThat(reply).isEqualTo(TWO);
  }

  @Test
  void aShortReplyIsAWholeFrameButForItsByteCount() throws Exception {
    bus.fault("two", "wrong-length");
    byte[] lacking = Bus.frame(2, 4, 4, 0, 0);
    assertThat(client.ask(READ_TWO, lacking.length)).isEqualTo(lacking);
    assertThat(client.receive(1, QUIET)).isEmpty();
  }
}
