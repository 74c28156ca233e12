package dev.sluice.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.WriteOutcome.Result;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What states, methods and jobs come to. */
@ExtendWith(VertxExtension.class)
class RequestDeskTest {

  private final List<WriteRequest> written = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Object> present = Map.of("meter/setpoint", new BigDecimal("21.50"));
  private WriteOutcome outcome = new WriteOutcome(Result.DONE, "the device confirmed it");
  private Vertx vertx;
  private RequestDesk desk;

  @BeforeEach
  void start(Vertx injected) {
    vertx = injected;
    Commands commands =
        request -> {
          written.add(request);
          return Future.succeededFuture(
              request.point().equals("none")
                  ? new WriteOutcome(Result.REFUSED, "no point called none", Answer.UNKNOWN)
                  : outcome);
        };
    var options =
        new CommandOptions(
            1,
            CommandOptions.DEFAULTS.rememberFor(),
            1_000,
            1,
            CommandOptions.DEFAULTS.within(),
            null);
    desk =
        new RequestDesk(
            vertx, commands, options, (device, point) -> present.get(device + "/" + point));
  }

  private Answer ask(Request request) throws Exception {
    return desk.take(request).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static DesiredState state(Object devices) {
    return new DesiredState("cloud", 7, Map.of("devices", devices, "other", "not ours"));
  }

  @Test
  void aStateIsWrittenWhereItDiffersAndToldAsItIsNow() throws Exception {
    Answer answer =
        ask(
            state(
                Map.of(
                    "meter",
                    Map.of("setpoint", new BigDecimal("21.5"), "on", true),
                    "pump",
                    Map.of("mode", "auto"))));
    assertThat(answer.code()).isEqualTo(Answer.DONE);
    assertThat(answer.body())
        .isEqualTo(
            Map.of(
                "devices",
                Map.of(
                    "meter",
                    Map.of("setpoint", new BigDecimal("21.5"), "on", true),
                    "pump",
                    Map.of("mode", "auto"))));
    assertThat(written)
        .containsExactlyInAnyOrder(
            new WriteRequest("cloud", "", 0, "meter", "on", true),
            new WriteRequest("cloud", "", 0, "pump", "mode", "auto"));
  }

  @Test
  void whatIsRefusedIsToldBesideWhatWasDone() throws Exception {
    Answer answer = ask(state(Map.of("meter", Map.of("none", BigDecimal.ONE, "on", true))));
    assertThat(answer.code()).isEqualTo(Answer.UNKNOWN);
    assertThat(answer.body())
        .containsEntry("devices", Map.of("meter", Map.of("on", true)))
        .containsEntry("errors", Map.of("meter/none", "no point called none"));
  }

  @Test
  void aStateOfAnotherShapeIsMalformedAndNothingOfItIsWritten() throws Exception {
    assertThat(ask(state("x")).detail()).contains("at devices: found \"x\", expected an object");
    assertThat(ask(state(Map.of("meter", Map.of("on", true, "list", List.of())))).detail())
        .contains("at devices/meter/list: found a list");
    assertThat(ask(state(Map.of("meter", BigDecimal.TEN))).code()).isEqualTo(Answer.MALFORMED);
    assertThat(written).isEmpty();
    assertThat(ask(new DesiredState("cloud", 1, Map.of("other", true))).isDone()).isTrue();
  }

  @Test
  void theMethodWriteIsOneWriteAndNoOtherIsKnown() throws Exception {
    Map<String, Object> given =
        Map.of("device", "meter", "point", "on", "value", true, "more", "ignored");
    assertThat(ask(new Command("cloud", "id-1", 99, "write", given)).code()).isEqualTo(200);
    assertThat(written).containsExactly(new WriteRequest("cloud", "id-1", 99, "meter", "on", true));
    Answer unknown = ask(new Command("cloud", "id-2", 0, "reboot", Map.of()));
    assertThat(unknown.code()).isEqualTo(Answer.UNKNOWN);
    assertThat(unknown.detail()).contains("\"reboot\"", "\"write\"");
    assertThat(ask(new Command("cloud", "", 0, "write", Map.of("device", "meter"))).code())
        .isEqualTo(Answer.MALFORMED);
    outcome = new WriteOutcome(Result.UNKNOWN, "no answer");
    assertThat(ask(new Command("cloud", "", 0, "write", given)).code()).isEqualTo(Answer.NOT_KNOWN);
  }

  @Test
  void aJobSaysItsOperationAndEachOfItsWritesHasAnIdOfItsOwn() throws Exception {
    Map<String, Object> document =
        Map.of("operation", "write", "devices", Map.of("meter", Map.of("on", true, "off", false)));
    assertThat(ask(new Job("cloud", "job-7", 1, document)).isDone()).isTrue();
    assertThat(written)
        .extracting(WriteRequest::id)
        .containsExactlyInAnyOrder("job-7 meter/on", "job-7 meter/off");
    assertThat(ask(new Job("cloud", "job-8", 1, Map.of("operation", "format"))).code())
        .isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void whatOneUplinkWantsIsDoneOneAfterTheOtherAndOthersDoNotWaitForIt() throws Exception {
    Promise<WriteOutcome> slow = Promise.promise();
    Commands commands =
        request -> {
          written.add(request);
          return request.source().equals("cloud") ? slow.future() : Future.succeededFuture(outcome);
        };
    desk = new RequestDesk(vertx, commands, CommandOptions.DEFAULTS, (device, point) -> null);
    Map<String, Object> given = Map.of("device", "meter", "point", "on", "value", true);
    Future<Answer> first = desk.take(new Command("cloud", "1", 0, "write", given));
    Future<Answer> second = desk.take(new Command("cloud", "2", 0, "write", given));
    assertThat(ask(new Command("other", "3", 0, "write", given)).isDone()).isTrue();
    assertThat(written).extracting(WriteRequest::id).containsExactly("1", "3");
    slow.complete(outcome);
    Future.all(first, second).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(written).extracting(WriteRequest::id).containsExactly("1", "3", "2");
  }

  @Test
  void betweenTwoWritesOfOneRequestThereIsTheTimeThatTheRateAsksFor() throws Exception {
    var fivePerSecond =
        new CommandOptions(1, Duration.ofDays(1), 5, 1, Duration.ofSeconds(30), null);
    Commands commands = request -> Future.succeededFuture(outcome);
    desk = new RequestDesk(vertx, commands, fivePerSecond, (device, point) -> null);
    long start = System.nanoTime();
    assertThat(ask(state(Map.of("pump", Map.of("a", true, "b", true)))).isDone()).isTrue();
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(400));
  }

  @Test
  void moreThanMayWaitAreRefusedAndAllIsCounted() throws Exception {
    Promise<WriteOutcome> slow = Promise.promise();
    Commands hanging = request -> slow.future();
    desk = new RequestDesk(vertx, hanging, CommandOptions.DEFAULTS, (device, point) -> null);
    var all = new ArrayList<Future<Answer>>();
    for (int i = 0; i < 20; i++) {
      all.add(desk.take(state(Map.of("meter", Map.of("on", true)))));
    }
    Future.all(all.subList(16, 20))
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    assertThat(all.subList(16, 20)).allMatch(each -> each.result().code() == Answer.TOO_MANY);
    slow.complete(new WriteOutcome(Result.DONE, ""));
    Future.all(all).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(desk.stats().counts())
        .containsExactlyInAnyOrder(
            new RequestStats.Count("cloud", "state", Answer.DONE, 16),
            new RequestStats.Count("cloud", "state", Answer.TOO_MANY, 4));
    assertThat(ask(state(Map.of("meter", Map.of("on", true)))).isDone()).as("none waits").isTrue();
  }
}
