package dev.sluice.driver.modbus;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Answer;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.BusCost;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.testkit.TestDeviceContext;
import dev.sluice.driver.testkit.TestLineContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that does not have every address that is configured, or answers short reads only. */
class RefusedAddressesTest {

  /** More cycles than any bisection of the tests takes. */
  private static final int CYCLES = 60;

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

  /** A unit that has some addresses and answers reads up to a length. */
  private static final class Memory implements Link {
    private final Set<Integer> missing;
    private final int longest;
    private final List<ReadRequest> asked = new ArrayList<>();
    private boolean refusesAll;

    Memory(Set<Integer> missing, int longest) {
      this.missing = missing;
      this.longest = longest;
    }

    private record Read(Block block) implements Poll {
      @Override
      public int[] points() {
        return block.points();
      }

      @Override
      public long busNanos() {
        return 0;
      }

      @Override
      public String describe() {
        return block.request().describe();
      }
    }

    @Override
    public Poll prepare(Unit unit, Block block) {
      return new Read(block);
    }

    @Override
    public Future<PollResult> run(Poll poll, PollRequest how) {
      ReadRequest request = ((Read) poll).block().request();
      asked.add(request);
      boolean whole =
          IntStream.range(request.address(), request.address() + request.count())
              .noneMatch(missing::contains);
      if (refusesAll || !whole) {
        return refused(Quality.ILLEGAL_ADDRESS);
      }
      if (request.count() > longest) {
        return refused(Quality.ILLEGAL_VALUE);
      }
      return Future.succeededFuture(
          new PollResult(
              new Values.Builder(poll.points().length).build(), new PollTiming(0, 0, 0, 0, 0)));
    }

    private static Future<PollResult> refused(Quality quality) {
      return Future.failedFuture(new PollException(PollFailure.REJECTED, quality, "as told"));
    }

    @Override
    public Future<Answer> send(Unit unit, Request request, PollRequest how) {
      return Future.failedFuture("not in this test");
    }

    @Override
    public BusCost cost() {
      return new BusCost(1_000_000, 4_000_000, 3);
    }

    @Override
    public long turnaroundNanos(Unit unit) {
      return 10_000_000;
    }

    @Override
    public Future<Void> connect() {
      return Future.succeededFuture();
    }

    @Override
    public int concurrency() {
      return 1;
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  /** A host that runs each plan again and again, as a line does. */
  private final class Host {
    private final TestDeviceContext context;
    private final Device device;
    private final int points;
    private List<Poll> plan = List.of();
    private boolean replan = true;
    private final Set<Integer> good = new TreeSet<>();

    Host(Memory memory, List<Integer> addresses, Buffer state) {
      points = addresses.size();
      context = new TestDeviceContext(line, state);
      context.onReplan(() -> replan = true);
      device = call(() -> Future.succeededFuture(make(memory, addresses)));
    }

    private Device make(Memory memory, List<Integer> addresses) throws Exception {
      List<PointSettings> settings =
          addresses.stream()
              .map(at -> new PointSettings("p" + at, new JsonObject().put("at", "holding " + at)))
              .toList();
      return DeviceReader.read(
          new DeviceSettings("meter", new JsonObject(), settings), line, context, memory, true);
    }

    /** Runs all polls once, each of the plan that is in force then. */
    void cycle() {
      call(
          () -> {
            good.clear();
            if (replan) {
              replan = false;
              plan = device.plan(IntStream.range(0, points).toArray());
            }
            for (Poll poll : plan) {
              var how = new PollRequest(PollClass.POLL, 1_000_000_000L);
              if (device.run(poll, how).succeeded()) {
                IntStream.of(poll.points()).forEach(good::add);
              }
            }
            return Future.succeededFuture();
          });
    }

    void settle() {
      for (int i = 0; i < CYCLES; i++) {
        cycle();
      }
    }

    void close() {
      call(
          () -> {
            device.close();
            return Future.succeededFuture();
          });
    }
  }

  private <T> T call(Callable<Future<T>> call) {
    Promise<T> done = Promise.promise();
    line.context()
        .runOnContext(
            v -> {
              try {
                call.call().onComplete(done);
              } catch (Exception e) {
                done.fail(e);
              }
            });
    return await(done.future());
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void oneBadAddressIsLeftOutAndItsNeighboursShareReadsAgain() {
    var memory = new Memory(Set.of(17), 125);
    var host = new Host(memory, range(0, 40), Buffer.buffer());
    host.settle();
    memory.asked.clear();
    host.cycle();

    assertThat(host.good).hasSize(39).doesNotContain(17);
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
    var first = new Host(memory, range(0, 40), Buffer.buffer());
    first.settle();
    first.close();
    memory.asked.clear();

    var second = new Host(memory, range(0, 40), first.context.saved());
    second.cycle();
    assertThat(memory.asked)
        .extracting(ReadRequest::describe)
        .containsExactly("fc3 0..16", "fc3 17", "fc3 18..39");
    assertThat(second.good).as("neighbours, from the first cycle on").hasSize(39);
    memory.asked.clear();
    second.cycle();
    assertThat(memory.asked).hasSize(2);
    second.close();
  }

  @Test
  void anAddressThatIsThereAfterAllIsReadAgain() {
    var first = new Host(new Memory(Set.of(17), 125), range(0, 40), Buffer.buffer());
    first.settle();
    first.close();

    var repaired = new Memory(Set.of(), 125);
    var second = new Host(repaired, range(0, 40), first.context.saved());
    second.cycle();
    second.cycle();
    repaired.asked.clear();
    second.cycle();

    assertThat(second.good).hasSize(40);
    assertThat(repaired.asked).extracting(ReadRequest::describe).containsExactly("fc3 0..39");
    assertThat(second.context.notes()).isEmpty();
    second.close();
  }

  @Test
  void aDeviceThatAnswersShortReadsOnlyLosesNoPoint() {
    var memory = new Memory(Set.of(), 30);
    var host = new Host(memory, range(0, 120), Buffer.buffer());
    host.settle();
    host.cycle();

    assertThat(host.good).hasSize(120);
    assertThat(host.context.counted("quarantined")).isZero();
    host.close();
  }

  @Test
  void aDeviceThatRefusesEverythingForAWhileLosesNoPoint() {
    var memory = new Memory(Set.of(), 125);
    memory.refusesAll = true;
    var host = new Host(memory, range(0, 40), Buffer.buffer());
    host.settle();
    assertThat(host.context.counted("quarantined")).isZero();

    memory.refusesAll = false;
    host.cycle();
    assertThat(host.good).hasSize(40);
    host.close();
  }

  @Test
  void aHoleThatNobodyAskedForIsNotReadAcross() {
    var memory = new Memory(Set.of(3), 125);
    var host = new Host(memory, List.of(0, 1, 2, 4, 5, 6), Buffer.buffer());
    host.settle();
    memory.asked.clear();
    host.cycle();

    assertThat(host.good).hasSize(6);
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
      var host = new Host(memory, List.copyOf(addresses), Buffer.buffer());
      for (int cycle = 0; cycle < 6 * CYCLES; cycle++) {
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
      assertThat(host.good)
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
