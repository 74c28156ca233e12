package dev.sluice.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.testkit.ManualClock;
import dev.sluice.gateway.acquire.WriteException;
import dev.sluice.gateway.command.WriteOutcome.Result;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What is let through to a device, and how often. */
@ExtendWith(VertxExtension.class)
class CheckedCommandsTest {

  private static final long PATIENCE_SECONDS = 10;

  @TempDir Path directory;

  private final FakeSite site = new FakeSite();
  private final ManualClock clock = new ManualClock();
  private final ListAppender<ILoggingEvent> audit = new ListAppender<>();
  private final Logger auditLog = (Logger) LoggerFactory.getLogger(Audit.class);
  private Vertx vertx;
  private CheckedCommands commands;
  private CommandOptions options;

  @BeforeEach
  void start(Vertx injected) throws Exception {
    vertx = injected;
    options =
        new CommandOptions(
            100, Duration.ofDays(1), 5, 2, Duration.ofSeconds(30), directory.resolve("commands"));
    audit.start();
    auditLog.addAppender(audit);
    restart();
  }

  @AfterEach
  void stop() throws Exception {
    auditLog.detachAppender(audit);
    await(commands.close());
  }

  private void restart() throws Exception {
    if (commands != null) {
      await(commands.close());
    }
    commands = new CheckedCommands(vertx, options, site, clock);
    await(commands.start());
  }

  private static WriteRequest set(String id, String point, Object value) {
    return new WriteRequest("cloud", id, 0, "boiler", point, value);
  }

  private WriteOutcome write(WriteRequest request) throws Exception {
    return await(commands.write(request));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static BigDecimal number(String text) {
    return new BigDecimal(text);
  }

  @Test
  void whatIsAllowedIsWrittenOnceAsTheRawValueThatItIs() throws Exception {
    assertThat(write(set("1", "setpoint", number("21.5"))).result()).isEqualTo(Result.DONE);
    assertThat(write(set("2", "burner", true)).result()).isEqualTo(Result.DONE);
    assertThat(write(set("3", "label", "a")).result()).isEqualTo(Result.DONE);
    assertThat(write(set("4", "price", number("1.25"))).result()).isEqualTo(Result.DONE);
    assertThat(write(set("5", "level", number("21.1"))).result()).isEqualTo(Result.DONE);

    assertThat(site.written)
        .containsExactly(
            "setpoint=23", "burner=1", "label=a", "price=1.25", "level=" + (double) 21.1f);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("deaf", "boiler", "burner", true, "uplinks/deaf: commands: true"),
        Arguments.of("", "boiler", "burner", true, "may not command"),
        Arguments.of("cloud", "kettle", "burner", true, "no device called \"kettle\" runs here"),
        Arguments.of("cloud", "boiler", "nothing", true, "no point of boiler called \"nothing\""),
        Arguments.of("cloud", "boiler", "shown", number("1"), "points/shown: writable: true"),
        Arguments.of("cloud", "boiler", "setpoint", number("60.5"), "from 0 to 60"),
        Arguments.of("cloud", "boiler", "setpoint", number("-1"), "from 0 to 60"),
        Arguments.of("cloud", "boiler", "setpoint", number("21.3"), "a step of 0.5"),
        Arguments.of("cloud", "boiler", "setpoint", number("1e999999999"), "from 0 to 60"),
        Arguments.of("cloud", "boiler", "setpoint", "21.5", "expected a number"),
        Arguments.of("cloud", "boiler", "setpoint", true, "expected a number"),
        Arguments.of("cloud", "boiler", "burner", number("1"), "expected true or false"),
        Arguments.of("cloud", "boiler", "burner", "true", "expected true or false"),
        Arguments.of("cloud", "boiler", "label", number("1"), "expected a text"),
        Arguments.of("cloud", "boiler", "level", number("1e39"), "a float32 can hold"));
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}")
  @MethodSource("refused")
  void whatIsNotAllowedIsRefusedAndSaysHowItWouldBe(
      String source, String device, String point, Object value, String words) throws Exception {
    WriteOutcome outcome = write(new WriteRequest(source, "1", 0, device, point, value));

    assertThat(outcome.result()).isEqualTo(Result.REFUSED);
    assertThat(outcome.detail()).contains(words);
    assertThat(site.written).isEmpty();
  }

  @Test
  void anIdIsCarriedOutAtMostOnceAlsoAfterARestart() throws Exception {
    assertThat(write(set("a", "burner", true)).result()).isEqualTo(Result.DONE);
    WriteOutcome again = write(set("a", "burner", true));
    restart();
    WriteOutcome afterwards = write(set("a", "burner", false));

    assertThat(List.of(again, afterwards))
        .allSatisfy(
            outcome -> {
              assertThat(outcome.result()).isEqualTo(Result.REFUSED);
              assertThat(outcome.detail()).contains("not repeated");
            });
    assertThat(site.written).containsExactly("burner=1");
  }

  @Test
  void aCommandThatWasUnderWayWhenTheGatewayDiedIsNotRepeated() throws Exception {
    Promise<Void> never = Promise.promise();
    Promise<Void> begun = Promise.promise();
    site.device =
        () -> {
          begun.complete();
          return never.future();
        };
    Future<WriteOutcome> lost = commands.write(set("a", "burner", true));
    await(begun.future());
    Files.copy(directory.resolve("commands"), directory.resolve("after-the-crash"));
    options =
        new CommandOptions(
            100,
            Duration.ofDays(1),
            5,
            2,
            Duration.ofSeconds(1),
            directory.resolve("after-the-crash"));
    restart();

    assertThat(write(set("a", "burner", true)).result()).isEqualTo(Result.REFUSED);
    assertThat(site.written).hasSize(1);
    assertThat(lost.isComplete()).isFalse();
  }

  @Test
  void whatWasRefusedForItsContentMayComeAgainInOrder() throws Exception {
    write(set("a", "setpoint", number("99")));

    assertThat(write(set("a", "setpoint", number("20"))).result()).isEqualTo(Result.DONE);
  }

  @Test
  void withoutAnIdNothingIsTakenForARepetition() throws Exception {
    write(set("", "burner", true));
    write(set("", "burner", true));

    assertThat(site.written).hasSize(2);
  }

  @Test
  void anUnknownOutcomeIsSaidToBeOneAndIsNotRepeated() throws Exception {
    site.device =
        () ->
            Future.failedFuture(
                new WriteException(WriteException.Outcome.UNKNOWN, "fc6: no answer within 1 s"));

    WriteOutcome outcome = write(set("a", "burner", true));

    assertThat(outcome).isEqualTo(new WriteOutcome(Result.UNKNOWN, "fc6: no answer within 1 s"));
    assertThat(write(set("a", "burner", true)).result()).isEqualTo(Result.REFUSED);
    assertThat(site.written).hasSize(1);
  }

  @Test
  void whatTheDeviceDidNotDoFailedAndWhatTheDriverCannotWriteIsRefused() throws Exception {
    site.device =
        () -> Future.failedFuture(new WriteException(WriteException.Outcome.NOT_DONE, "no"));
    assertThat(write(set("", "burner", true)).result()).isEqualTo(Result.FAILED);
    site.device =
        () ->
            Future.failedFuture(
                new SettingsException(List.of(new SettingsProblem("points/x", "a", "b", ""))));
    assertThat(write(set("", "burner", true)).result()).isEqualTo(Result.REFUSED);
    site.device = () -> Future.failedFuture(new IllegalStateException("BUG"));
    assertThat(write(set("", "burner", true)).result()).isEqualTo(Result.UNKNOWN);
  }

  @Test
  void whatHasExpiredIsNotCarriedOutNotEvenWhenItExpiredWhileItWaited() throws Exception {
    long soon = clock.millis() + 1000;
    var request = new WriteRequest("cloud", "a", soon, "boiler", "burner", true);
    site.waiting = () -> clock.advance(Duration.ofSeconds(1));

    WriteOutcome waited = write(request);
    WriteOutcome late = write(new WriteRequest("cloud", "b", soon, "boiler", "burner", true));

    assertThat(List.of(waited, late))
        .allSatisfy(
            outcome -> {
              assertThat(outcome.result()).isEqualTo(Result.REFUSED);
              assertThat(outcome.detail()).isEqualTo("it expired at " + Instant.ofEpochMilli(soon));
            });
    assertThat(site.written).isEmpty();
    assertThat(commands.stats().sources().get(0).refusals()).isEqualTo(Map.of("expired", 2L));
  }

  @Test
  void whatExpiresIsRefusedAsLongAsNobodyKnowsTheTime() throws Exception {
    clock.wall(Instant.EPOCH);
    clock.trusted(false);
    var expires = new WriteRequest("cloud", "a", 1_800_000_000_000L, "boiler", "burner", true);

    assertThat(write(expires).detail()).contains("the clock cannot be trusted", "clock.trust");
    assertThat(write(set("b", "burner", true)).result())
        .as("without an end")
        .isEqualTo(Result.DONE);
    clock.trusted(true);
    assertThat(write(expires).result()).as("the clock is right").isEqualTo(Result.DONE);
  }

  @Test
  void aCommandThatWaitedTooLongIsNotSentAnyMoreWhateverTheWallClockSays() throws Exception {
    site.waiting = () -> clock.advanceMonotonic(Duration.ofSeconds(31));

    WriteOutcome outcome = write(set("a", "burner", true));

    assertThat(outcome.result()).isEqualTo(Result.REFUSED);
    assertThat(outcome.detail()).contains("31000 ms", "commands.within");
    assertThat(site.written).isEmpty();
  }

  @Test
  void aFloodIsRefusedAndOtherUplinksAreNotHeldUp() throws Exception {
    for (int i = 0; i < 20; i++) {
      write(set("flood-" + i, "burner", true));
    }
    CommandStats.Source cloud = commands.stats().sources().get(0);
    assertThat(cloud.results()).isEqualTo(Map.of("done", 5L, "refused", 15L));
    assertThat(cloud.refusals()).isEqualTo(Map.of("rate", 15L));
    var other = new WriteRequest("deaf", "1", 0, "boiler", "burner", true);
    assertThat(write(other).detail()).contains("commands: true");

    clock.advanceMonotonic(Duration.ofMillis(200));
    assertThat(write(set("later", "burner", true)).result()).isEqualTo(Result.DONE);
    assertThat(write(set("sooner", "burner", true)).result()).isEqualTo(Result.REFUSED);
  }

  @Test
  void moreThanMayBeUnderWayAreRefused() throws Exception {
    Promise<Void> device = Promise.promise();
    site.device = device::future;
    var all = new ArrayList<Future<WriteOutcome>>();
    for (int i = 0; i < 3; i++) {
      all.add(commands.write(set("a" + i, "burner", true)));
    }
    assertThat(await(all.get(2)).detail()).contains("already 2 commands", "commands.pending");
    assertThat(commands.stats().pending()).isEqualTo(2);
    device.complete();
    assertThat(await(all.get(0)).result()).isEqualTo(Result.DONE);
    assertThat(await(all.get(1)).result()).isEqualTo(Result.DONE);
    assertThat(commands.stats().pending()).isZero();
  }

  @Test
  void anIdThatCannotBeKeptIsNotCarriedOut() throws Exception {
    Path blocked = Files.writeString(directory.resolve("blocked"), "");
    options =
        new CommandOptions(
            100, Duration.ofDays(1), 5, 2, Duration.ofSeconds(30), blocked.resolve("commands"));
    restart();

    assertThat(write(set("a", "burner", true)).detail()).contains("its id cannot be kept");
    assertThat(site.written).isEmpty();
    assertThat(write(set("", "burner", true)).result()).isEqualTo(Result.DONE);
  }

  @Test
  void whoAsksOnAContextIsAnsweredOnIt() throws Exception {
    Context asking = vertx.getOrCreateContext();
    Promise<Boolean> same = Promise.promise();
    asking.runOnContext(
        nothing ->
            commands
                .write(set("a", "burner", true))
                .onSuccess(outcome -> same.complete(Vertx.currentContext() == asking)));

    assertThat(await(same.future())).isTrue();
  }

  @Test
  void afterItsEndItTakesNothing() throws Exception {
    await(commands.close());

    assertThat(write(set("a", "burner", true)).detail()).isEqualTo("the gateway stops");
  }

  @Test
  void everyRequestIsALineThatIsNeverLeftOutAndNotLong() throws Exception {
    write(set("a", "label", "x".repeat(5000)));
    write(new WriteRequest("deaf", "b", 0, "boiler", "burner", true));
    for (int i = 0; i < 10; i++) {
      write(set("f" + i, "burner", true));
    }

    List<ILoggingEvent> lines = List.copyOf(audit.list);
    assertThat(lines).hasSize(12);
    assertThat(lines.get(0).getKeyValuePairs().toString())
        .contains("uplink=\"cloud\"", "command=\"a\"", "device=\"boiler\"", "point=\"label\"")
        .contains("result=\"done\"", "x".repeat(64) + "…")
        .doesNotContain("x".repeat(65));
    assertThat(lines.get(1).getKeyValuePairs().toString())
        .contains("result=\"refused\"", "refusal=\"not_allowed\"", "commands: true");
    assertThat(lines.stream().filter(line -> line.getMarkerList() != null))
        .as("all but those beyond the rate")
        .hasSize(6);
  }
}
