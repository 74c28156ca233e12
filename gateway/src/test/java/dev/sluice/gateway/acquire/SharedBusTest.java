package dev.sluice.gateway.acquire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten devices on one bus: what a dead one, a slow one and writes cost the others. */
@ExtendWith(VertxExtension.class)
@Tag("alone")
class SharedBusTest {

  private static final boolean LONG = Boolean.getBoolean("sluice.long");

  /** Everything ten times as fast as by default, and half as long. */
  private static final int SCALE = LONG ? 1 : 10;

  private final BusDriver driver = new BusDriver();
  private Vertx vertx;
  private LineVerticle line;

  @BeforeEach
  void start(Vertx injected) {
    vertx = injected;
    vertx.eventBus().registerCodec(new AcquiredCodec());
    vertx.eventBus().<Acquired>localConsumer(Acquired.address(0), message -> message.reply(null));
  }

  private void deploy(int everyMillis, String... ids) throws Exception {
    AcquireOptions usual = AcquireOptions.DEFAULTS;
    var options =
        new AcquireOptions(
            usual.connectsPerSecond(),
            usual.reconnectFirst(),
            usual.reconnectMax(),
            usual.probeFirst().dividedBy(SCALE),
            usual.probeMax().dividedBy(SCALE),
            usual.permits(),
            usual.permitTimeout(),
            4,
            null);
    var time = new SystemClock(new ClockOptions(ClockTrust.ALWAYS, null));
    var site =
        new AcquireContext(
            options,
            vertx.createNetClient(),
            new ConnectGate(time, 50),
            new DeviceStates(vertx, null),
            time,
            1);
    var devices = new ArrayList<DeviceSpec>();
    for (String id : ids) {
      devices.add(
          new DeviceSpec(
              "line",
              new DeviceSettings(
                  id,
                  new JsonObject(),
                  names(id).map(name -> new PointSettings(name, new JsonObject())).toList()),
              Duration.ofMillis(1_000 / SCALE),
              1,
              names(id)
                  .map(
                      name ->
                          new PointSpec(
                              Duration.ofMillis(everyMillis),
                              "",
                              PointRules.NONE,
                              !id.startsWith("closed")))
                  .toList()));
    }
    line =
        new LineVerticle(
            new LineSpec("bus", new LineSettings("line", new JsonObject())), driver, devices, site);
    await(vertx.deployVerticle(line));
    runUntil(() -> line.stats().connected(), 20_000);
    assertThat(line.stats().connected()).isTrue();
  }

  private static Stream<String> names(String id) {
    return id.startsWith("pair") ? Stream.of("value", "other") : Stream.of("value");
  }

  private static String[] meters(int count) {
    var ids = new String[count];
    for (int i = 0; i < count; i++) {
      ids[i] = "meter-" + i;
    }
    return ids;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** Lets the bus run for a time; what is judged is what happened in it. */
  private void run(long millis) throws Exception {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(millis, id -> over.complete());
    over.future()
        .toCompletionStage()
        .toCompletableFuture()
        .get(millis + 20_000, TimeUnit.MILLISECONDS);
  }

  /** Lets the bus run until something is so, at most for a time. */
  private void runUntil(BooleanSupplier what, long millis) throws Exception {
    long began = System.nanoTime();
    Promise<Void> over = Promise.promise();
    vertx.setPeriodic(
        5,
        id -> {
          if (what.getAsBoolean() || System.nanoTime() - began > millis * 1_000_000) {
            vertx.cancelTimer(id);
            over.complete();
          }
        });
    over.future()
        .toCompletionStage()
        .toCompletableFuture()
        .get(millis + 20_000, TimeUnit.MILLISECONDS);
  }

  private int answered(String device) {
    return driver.answered.computeIfAbsent(device, d -> new AtomicInteger()).get();
  }

  private int silent(String device) {
    return driver.silent.computeIfAbsent(device, d -> new AtomicInteger()).get();
  }

  @Test
  void oneDeadDeviceOfTenCostsTheOthersAtMostOneTwentieth() throws Exception {
    int every = 1_000 / SCALE;
    deploy(every, meters(10));
    run(3L * every);
    var before = new int[10];
    for (int i = 1; i < 10; i++) {
      before[i] = answered("meter-" + i);
    }
    long began = System.nanoTime();

    driver.dead.add("meter-0");
    run(LONG ? 300_000 : 10_000);

    double cycles = (System.nanoTime() - began) / 1e6 / every;
    double worst = 1;
    for (int i = 1; i < 10; i++) {
      worst = Math.min(worst, (answered("meter-" + i) - before[i]) / cycles);
    }
    int askedInVain = silent("meter-0");
    System.out.printf(
        "one dead of ten: cycles=%.0f worst=%.3f asked_in_vain=%d bus=%s%n",
        cycles, worst, askedInVain, line.stats().bus());
    assertThat(worst).isGreaterThanOrEqualTo(0.95);
    assertThat(askedInVain).as("first failures, then 1, 2, 4 ... 60 s apart").isBetween(5, 16);

    driver.dead.remove("meter-0");
    int back = answered("meter-0");
    runUntil(() -> answered("meter-0") > back + 1, 65_000 / SCALE);
    assertThat(answered("meter-0")).as("polled again after one probe").isGreaterThan(back + 1);
    assertThat(silent("meter-0")).isLessThanOrEqualTo(askedInVain + 1);
  }

  @Test
  void aSlowDeviceCostsItsRealBusTimeAndNothingQueuesUp() throws Exception {
    driver.millis.put("meter-0", 90);
    deploy(100, meters(10));
    run(4_000);

    LineStats stats = line.stats();
    int turns = driver.order.size();
    System.out.printf(
        "one slow of ten: turns=%d pauses=%d stats=%s%n",
        turns, driver.pauses.get(), stats.polls());
    // A round takes longer than a cycle now, and everybody has his turn in each: the same number,
    // but for the round that is under way and those of the start.
    for (int i = 1; i < 10; i++) {
      assertThat(answered("meter-" + i))
          .as("turns of %d", i)
          .isBetween(answered("meter-0") - 2, answered("meter-0") + 2);
    }
    assertThat(stats.polls().skippedLate()).as("cycles skipped, not made up for").isPositive();
    assertThat(stats.polls().late()).isPositive();
    assertThat(driver.pauses.get())
        .as("pauses of the bus in %d turns", turns)
        .isLessThan(turns / 20);
  }

  @Test
  void anOverCommittedBusSaysSoByWhatPollsReallyTake() throws Exception {
    driver.millis.put("meter-0", 90);
    deploy(100, meters(10));
    runUntil(() -> line.stats().commitment().share() > 0, 15_000);

    assertThat(line.stats().commitment().share()).isGreaterThan(1.2);
    assertThat(line.stats().commitment().words())
        .contains("% of 9600 8N1; group every 100ms (meter-0, meter-1, meter-2, 7 more)")
        .contains("cannot hold 100ms, can hold 1");
  }

  @Test
  void aWriteStartsAfterTheTransactionUnderWay() throws Exception {
    driver.millis.put("meter-1", 60);
    deploy(50, meters(2));
    run(300);
    for (int i = 0; i < 10; i++) {
      Values value = new Values.Builder(1).integer(0, i).build();
      var before = new AtomicInteger();
      Promise<Void> done = Promise.promise();
      // Where it cannot be overtaken: from elsewhere nobody knows how long the call takes there.
      driver
          .context
          .context()
          .runOnContext(
              ignored -> {
                before.set(driver.order.size());
                write("meter-0", new int[] {0}, value).onComplete(done);
              });
      await(done.future());
      List<String> all = List.copyOf(driver.order);
      List<String> since = all.subList(before.get(), all.size());
      // The one under way was in the list before; one may have begun just then.
      assertThat(since.indexOf("WRITE meter-0")).isBetween(0, 1);
    }
    assertThat(line.stats().writes().done()).isEqualTo(10);
  }

  @Test
  void whatWasWrittenIsReadAgainAtOnceAlsoWhenNobodyKnowsWhatBecameOfIt() throws Exception {
    deploy(3_600_000, meters(2));
    assertThat(driver.order).as("polls are due in an hour").isEmpty();

    await(write("meter-0", new int[] {0}, new Values.Builder(1).build()));
    runUntil(() -> driver.order.size() > 1, 15_000);
    assertThat(driver.order).containsExactly("WRITE meter-0", "POLL meter-0");

    driver.dead.add("meter-1");
    assertThatThrownBy(() -> await(write("meter-1", new int[] {0}, new Values.Builder(1).build())))
        .cause()
        .isInstanceOf(WriteException.class);
    runUntil(() -> driver.order.contains("POLL meter-1"), 15_000);
    assertThat(driver.order.stream().filter(turn -> turn.startsWith("WRITE"))).hasSize(2);
  }

  @Test
  void aWriteWhoseTimeIsOverWhenItsTurnComesIsNotSent() throws Exception {
    deploy(3_600_000, meters(1));

    Values value = new Values.Builder(1).build();
    Future<Void> late = line.device("meter-0").write(new int[] {0}, value, () -> "too late");

    assertThatThrownBy(() -> await(late))
        .cause()
        .hasMessage("too late")
        .isInstanceOfSatisfying(
            WriteException.class,
            e -> assertThat(e.outcome()).isEqualTo(WriteException.Outcome.NOT_DONE));
    assertThat(driver.order).noneMatch(turn -> turn.startsWith("WRITE"));
  }

  @Test
  void aWriteIsForTheDeviceAsItWasWhenItWasAskedFor() throws Exception {
    deploy(3_600_000, meters(1));
    RunningDevice before = line.device("meter-0");
    await(line.setDevices(List.of()));

    assertThatThrownBy(
            () -> await(before.write(new int[] {0}, new Values.Builder(1).build(), () -> "")))
        .cause()
        .hasMessage("device meter-0 was changed or removed meanwhile");
    assertThat(driver.order).noneMatch(turn -> turn.startsWith("WRITE"));
  }

  @Test
  void betweenTwoWritesAPollGoesSoThatManyWritesStarveNobody() throws Exception {
    // Ten of 5 ms in 20 ms are more than the bus can do: at the end of each write a poll is due.
    deploy(20, meters(10));
    run(200);
    var all = new ArrayList<Future<Void>>();
    for (int round = 0; round < 10; round++) {
      all.clear();
      for (int i = 0; i < 4; i++) {
        all.add(write("meter-0", new int[] {0}, new Values.Builder(1).integer(0, i).build()));
      }
      await(Future.all(all));
    }

    List<String> order = List.copyOf(driver.order);
    int inARow = 0;
    int longest = 0;
    for (String each : order.subList(order.indexOf("WRITE meter-0"), order.size())) {
      inARow = each.startsWith("WRITE") ? inARow + 1 : 0;
      longest = Math.max(longest, inARow);
    }
    assertThat(line.stats().writes().done()).isEqualTo(40);
    assertThat(line.stats().polls().skippedLate()).as("polls were due all the time").isPositive();
    assertThat(longest).as("writes in a row while polls are due").isEqualTo(1);
  }

  @Test
  void moreWritesThanMayWaitAreRefusedAndCounted() throws Exception {
    driver.millis.put("meter-0", 100);
    deploy(1_000, meters(1));
    var all = new ArrayList<Future<Void>>();
    for (int i = 0; i < 20; i++) {
      all.add(write("meter-0", new int[] {0}, new Values.Builder(1).build()));
    }
    Future<?> one = Future.join(all).transform(done -> Future.succeededFuture());
    await(one);

    long refused = all.stream().filter(Future::failed).count();
    assertThat(refused).isPositive().isEqualTo(line.stats().writes().refused());
    assertThat(all.stream().filter(Future::failed).findFirst().orElseThrow().cause())
        .hasMessageContaining("acquire.writes")
        .isInstanceOfSatisfying(
            WriteException.class,
            e -> assertThat(e.outcome()).isEqualTo(WriteException.Outcome.NOT_DONE));
  }

  @Test
  void aPointThatNobodyDeclaredWritableIsRefusedByTheLineItself() throws Exception {
    deploy(1_000, "closed-1");

    assertThatThrownBy(() -> await(write("closed-1", new int[] {0}, new Values.Builder(1).build())))
        .cause()
        .hasMessageContaining("point value of device closed-1 must not be written to")
        .isInstanceOfSatisfying(
            WriteException.class,
            e -> assertThat(e.outcome()).isEqualTo(WriteException.Outcome.NOT_DONE));
    assertThat(driver.order).noneMatch(turn -> turn.startsWith("WRITE"));
  }

  @Test
  void aWriteWithoutAnAnswerIsUnknownAndNotRepeated() throws Exception {
    deploy(1_000, meters(1));
    driver.dead.add("meter-0");

    assertThatThrownBy(() -> await(write("meter-0", new int[] {0}, new Values.Builder(1).build())))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .hasMessageContaining("whether the device did it is not known")
        .isInstanceOfSatisfying(
            WriteException.class,
            e -> assertThat(e.outcome()).isEqualTo(WriteException.Outcome.UNKNOWN));
    assertThat(driver.order.stream().filter(each -> each.startsWith("WRITE"))).hasSize(1);
    assertThat(line.device("nobody")).isNull();
  }

  @Test
  void aNoToASecondTransactionDoesNotMeanThatNothingWasDone() throws Exception {
    deploy(3_600_000, "pair-0");
    driver.order.clear();
    driver.half.add("pair-0");

    assertThatThrownBy(
            () -> await(write("pair-0", new int[] {0, 1}, new Values.Builder(2).build())))
        .cause()
        .hasMessageContaining("only 1 of 2 transactions were done")
        .hasMessageContaining("no such register")
        .isInstanceOfSatisfying(
            WriteException.class,
            e -> assertThat(e.outcome()).isEqualTo(WriteException.Outcome.UNKNOWN));
    assertThatThrownBy(() -> await(write("pair-0", new int[] {1}, new Values.Builder(1).build())))
        .cause()
        .isInstanceOfSatisfying(
            WriteException.class,
            e -> assertThat(e.outcome()).isEqualTo(WriteException.Outcome.NOT_DONE));
    assertThat(driver.order.stream().filter(turn -> turn.startsWith("WRITE"))).hasSize(1);
  }

  private Future<Void> write(String device, int[] points, Values values) {
    return line.device(device).write(points, values, () -> "");
  }
}
