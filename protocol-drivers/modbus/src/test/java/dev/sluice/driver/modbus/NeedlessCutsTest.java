package dev.sluice.driver.modbus;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that were cut because a device refused them, and need not be cut any more. */
class NeedlessCutsTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final Vertx vertx = Vertx.vertx();
  private TestLineContext line;

  @BeforeEach
  void makeLine() {
    line = await(TestLineContext.create(vertx));
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Host host(Memory memory, List<Integer> addresses, Buffer state) {
    return host(memory, addresses, state, Duration.ofHours(24));
  }

  private Host host(Memory memory, List<Integer> addresses, Buffer state, Duration testEvery) {
    return new Host(line, memory, addresses, state, testEvery);
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void aDeviceThatRefusesEverythingNowAndThenIsReadAsBeforeEachTime() {
    var memory = new Memory(Set.of(17), 125);
    var host = host(memory, range(0, 40), Buffer.buffer());
    host.settle();
    for (int refused = 1; refused < 12; refused++) {
      memory.refusesAll = true;
      host.cycles(refused);
      memory.refusesAll = false;
      host.cycle();
      memory.asked.clear();
      host.cycle();

      assertThat(memory.asked)
          .as("after %d cycles", refused)
          .extracting(ReadRequest::describe)
          .containsExactly("fc3 0..16", "fc3 18..39");
    }
    assertThat(host.context.counted("quarantined")).isEqualTo(1);
    host.close();
  }

  @Test
  void pointsThatAreReadAloneAreNotLostWhileTheDeviceRefusesEverything() {
    var memory = new Memory(Set.of(), 125);
    var host = host(memory, List.of(0, 1_000, 2_000), Buffer.buffer());
    host.settle();
    memory.refusesAll = true;
    host.settle();
    memory.refusesAll = false;
    host.cycle();

    assertThat(host.good()).hasSize(3);
    assertThat(host.context.counted("quarantined")).isZero();
    host.close();
  }

  @Test
  void aBadAddressIsFoundThoughTheDeviceRefusedEverythingBefore() {
    var memory = new Memory(Set.of(17), 125);
    memory.refusesAll = true;
    var host = host(memory, range(0, 40), Buffer.buffer());
    host.settle();
    memory.refusesAll = false;
    host.settle();
    memory.asked.clear();
    host.cycle();

    assertThat(memory.asked)
        .extracting(ReadRequest::describe)
        .containsExactly("fc3 0..16", "fc3 18..39");
    host.close();
  }

  @Test
  void cutsOfADeviceThatRefusesEverythingAreNotKeptOverARestart() {
    var memory = new Memory(Set.of(), 125);
    memory.refusesAll = true;
    var first = host(memory, range(0, 40), Buffer.buffer());
    first.settle();
    first.close();
    memory.refusesAll = false;
    memory.asked.clear();

    var second = host(memory, range(0, 40), first.context.saved());
    second.cycle();
    assertThat(memory.asked).extracting(ReadRequest::describe).containsExactly("fc3 0..39");
    second.close();
  }

  @Test
  void cutsThatADeviceNeedsAreTriedWithoutOnceOnly() {
    var memory = new Memory(Set.of(), 1);
    var host = host(memory, range(0, 40), Buffer.buffer());
    host.settle();
    int replans = host.context.replans();
    memory.asked.clear();
    host.settle();

    assertThat(memory.asked).hasSize(40 * Host.CYCLES).allMatch(read -> read.count() == 1);
    assertThat(host.context.replans()).isEqualTo(replans);
    host.close();
  }

  @Test
  void theTestTakesCutsBackThatAreNotNeededAnyMore() {
    var shortly = host(new Memory(Set.of(), 30), range(0, 120), Buffer.buffer());
    shortly.settle();
    shortly.close();
    assertThat(shortly.context.counted("quarantined")).isZero();

    var memory = new Memory(Set.of(), 125);
    var host = host(memory, range(0, 120), shortly.context.saved(), SOON);
    host.cycle();
    assertThat(memory.asked).as("as remembered").hasSize(4);
    await(host.replanned());
    memory.asked.clear();
    host.cycle();
    assertThat(memory.asked).extracting(ReadRequest::describe).containsExactly("fc3 0..119");
    host.close();

    var again = host(memory, range(0, 120), host.context.saved());
    memory.asked.clear();
    again.cycle();
    assertThat(memory.asked).extracting(ReadRequest::describe).containsExactly("fc3 0..119");
    again.close();
  }

  @Test
  void theTestCostsADeviceThatNeedsItsCutsOneReadOnly() {
    var memory = new Memory(Set.of(), 1);
    var first = host(memory, range(0, 40), Buffer.buffer());
    first.settle();
    first.close();

    var host = host(memory, range(0, 40), first.context.saved(), SOON);
    host.cycle();
    await(host.replanned());
    memory.asked.clear();
    host.cycles(2);
    assertThat(memory.asked).hasSize(1 + 40);
    assertThat(memory.asked.get(0).describe()).isEqualTo("fc3 0..39");
    assertThat(host.good()).hasSize(40);
    host.close();
  }

  @Test
  void cutsSettleWhateverIsMissingAndWhicheverPointsShareAnInterval() {
    var random = new Random(Seed.next());
    for (int i = 0; i < Seed.count(60, 2_000); i++) {
      var missing = new TreeSet<Integer>();
      random.ints(random.nextInt(4), 0, 60).forEach(missing::add);
      var memory = new Memory(missing, 1 + random.nextInt(60));
      var host = host(memory, range(0, 60), Buffer.buffer());
      Map<Boolean, List<Integer>> halves =
          range(0, 60).stream().collect(Collectors.partitioningBy(point -> random.nextBoolean()));
      host.groups(
          halves.values().stream()
              .map(half -> half.stream().mapToInt(Integer::intValue).toArray())
              .toList());
      host.cycles(random.nextInt(20));
      memory.refusesAll = true;
      host.cycles(random.nextInt(20));
      memory.refusesAll = false;
      host.cycles(6 * Host.CYCLES);
      int replans = host.context.replans();
      host.settle();

      assertThat(host.good()).as("missing %s", missing).hasSize(60 - missing.size());
      assertThat(host.context.replans()).isEqualTo(replans);
      host.close();
    }
  }
}
