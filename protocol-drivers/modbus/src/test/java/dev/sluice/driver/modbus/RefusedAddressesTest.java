package dev.sluice.driver.modbus;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that does not have every address that is configured, or answers short reads only. */
class RefusedAddressesTest {

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
    return new Host(line, memory, addresses, state, Duration.ofHours(24));
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void oneBadAddressIsLeftOutAndItsNeighboursShareReadsAgain() {
    var memory = new Memory(Set.of(17), 125);
    var host = host(memory, range(0, 40), Buffer.buffer());
    host.settle();
    memory.asked.clear();
    host.cycle();

    assertThat(host.good()).hasSize(39).doesNotContain(17);
    assertThat(memory.asked)
        .extracting(ReadRequest::describe)
        .containsExactly("fc3 0..16", "fc3 18..39");
    assertThat(host.context.notes().get("refused_addresses")).contains("holding 17");
    assertThat(host.context.counted("quarantined")).isEqualTo(1);
    host.close();
  }

  @Test
  void itIsRememberedOverARestartAndTriedOnceAlone() {
    var memory = new Memory(Set.of(17), 125);
    var first = host(memory, range(0, 40), Buffer.buffer());
    first.settle();
    first.close();
    memory.asked.clear();

    var second = host(memory, range(0, 40), first.context.saved());
    second.cycle();
    assertThat(memory.asked)
        .extracting(ReadRequest::describe)
        .containsExactly("fc3 0..16", "fc3 17", "fc3 18..39");
    assertThat(second.good()).as("neighbours, from the first cycle on").hasSize(39);
    memory.asked.clear();
    second.cycle();
    assertThat(memory.asked).hasSize(2);
    second.close();
  }

  @Test
  void anAddressThatIsThereAfterAllIsReadAgain() {
    var first = host(new Memory(Set.of(17), 125), range(0, 40), Buffer.buffer());
    first.settle();
    first.close();

    var repaired = new Memory(Set.of(), 125);
    var second = host(repaired, range(0, 40), first.context.saved());
    second.cycle();
    second.cycle();
    repaired.asked.clear();
    second.cycle();

    assertThat(second.good()).hasSize(40);
    assertThat(repaired.asked).extracting(ReadRequest::describe).containsExactly("fc3 0..39");
    assertThat(second.context.notes()).isEmpty();
    second.close();
  }

  @Test
  void aDeviceThatAnswersShortReadsOnlyLosesNoPoint() {
    var memory = new Memory(Set.of(), 30);
    var host = host(memory, range(0, 120), Buffer.buffer());
    host.settle();
    host.cycle();

    assertThat(host.good()).hasSize(120);
    assertThat(host.context.counted("quarantined")).isZero();
    host.close();
  }

  @Test
  void aDeviceThatRefusesEverythingForAWhileLosesNoPoint() {
    var memory = new Memory(Set.of(), 125);
    memory.refusesAll = true;
    var host = host(memory, range(0, 40), Buffer.buffer());
    host.settle();
    assertThat(host.context.counted("quarantined")).isZero();

    memory.refusesAll = false;
    host.cycle();
    assertThat(host.good()).hasSize(40);
    memory.asked.clear();
    host.cycle();
    assertThat(host.good()).hasSize(40);
    assertThat(memory.asked)
        .as("as before, in one request")
        .extracting(ReadRequest::describe)
        .containsExactly("fc3 0..39");
    host.close();
  }

  @Test
  void aHoleThatNobodyAskedForIsNotReadAcross() {
    var memory = new Memory(Set.of(3), 125);
    var host = host(memory, List.of(0, 1, 2, 4, 5, 6), Buffer.buffer());
    host.settle();
    memory.asked.clear();
    host.cycle();

    assertThat(host.good()).hasSize(6);
    assertThat(host.context.counted("quarantined")).isZero();
    assertThat(memory.asked).allSatisfy(r -> assertThat(r.address() + r.count()).isNotEqualTo(5));
    host.close();
  }

  @Test
  void anyHolesAndAnyLongestReadEndInAllGoodPointsReadAndAllBadOnesLeftOut() {
    var random = new Random(Seed.next());
    for (int i = 0; i < Seed.count(60, 2_000); i++) {
      var missing = new TreeSet<Integer>();
      random.ints(random.nextInt(6), 0, 200).forEach(missing::add);
      var addresses = new TreeSet<Integer>();
      random.ints(2 + random.nextInt(80), 0, 200).forEach(addresses::add);
      int longest = 1 + random.nextInt(125);
      var memory = new Memory(missing, longest);
      var host = host(memory, List.copyOf(addresses), Buffer.buffer());
      for (int cycle = 0; cycle < 6 * Host.CYCLES; cycle++) {
        host.cycle();
      }
      memory.asked.clear();
      host.cycle();

      var expected = new TreeSet<Integer>();
      int index = 0;
      for (int address : addresses) {
        if (!missing.contains(address)) {
          expected.add(index);
        }
        index++;
      }
      if (expected.isEmpty()) {
        host.close();
        continue; // a device without any good point is left as it is
      }
      assertThat(host.good())
          .as("missing %s, longest %s, of %s", missing, longest, addresses)
          .isEqualTo(expected);
      assertThat(memory.asked)
          .allSatisfy(
              read -> {
                assertThat(read.count()).isLessThanOrEqualTo(longest);
                assertThat(range(read.address(), read.address() + read.count()))
                    .noneMatch(missing::contains);
              });
      host.close();
    }
  }
}
