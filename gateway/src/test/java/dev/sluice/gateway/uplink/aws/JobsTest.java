package dev.sluice.gateway.uplink.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Job;
import dev.sluice.gateway.command.Request;
import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dialogue about jobs, message by message. */
class JobsTest {

  private static final String J = "$aws/things/gw/jobs";

  private final List<Request> requests = new ArrayList<>();
  private final List<Promise<Answer>> answers = new ArrayList<>();
  private final Complaints complaints = new Complaints("cloud");
  private final JobMemory memory = new JobMemory();
  private FakeChannel wire = new FakeChannel();
  private Jobs jobs = jobs();

  private Jobs jobs() {
    return new Jobs("cloud", J, memory, this::take, complaints, wire);
  }

  private Future<Answer> take(Request request) {
    requests.add(request);
    Promise<Answer> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }

  private void comes(String what, String body) {
    assertThat(jobs.received(FakeChannel.incoming(J + "/" + what, body))).isEqualTo(Verdict.TAKEN);
  }

  private static String execution(String id, int version) {
    return "{\"execution\":{\"jobId\":\"%s\",\"executionNumber\":3,\"versionNumber\":%d,"
            .formatted(id, version)
        + "\"status\":\"IN_PROGRESS\",\"jobDocument\":{\"operation\":\"write\"}}}";
  }

  private void began(String id) {
    jobs.open(wire);
    wire.next(J + "/start-next");
    comes("start-next/accepted", execution(id, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "200, SUCCEEDED",
    "400, REJECTED",
    "403, REJECTED",
    "404, REJECTED",
    "410, REJECTED",
    "409, FAILED",
    "500, FAILED",
    "504, FAILED"
  })
  void aJobIsBegunDoneAndItsEndIsTold(int code, String status) {
    began("job-1");
    assertThat(requests)
        .containsExactly(new Job("cloud", "job-1#3", 2, Map.of("operation", "write")));
    assertThat(wire.next()).isNull();
    answers.get(0).complete(Answer.of(code, "x".repeat(2_000)));
    JsonObject update = wire.next(J + "/job-1/update");
    assertThat(update.getString("status")).isEqualTo(status);
    assertThat(update.getInteger("expectedVersion")).isEqualTo(2);
    assertThat(update.getInteger("executionNumber")).isEqualTo(3);
    assertThat(update.getJsonObject("statusDetails").getString("code")).isEqualTo("" + code);
    assertThat(update.getJsonObject("statusDetails").getString("detail")).hasSize(1_024);
  }

  /** Nobody knows which of the two was meant; but whose document it is stands beside it. */
  @Test
  void aDocumentWithANameTwiceIsRejected() {
    jobs.open(wire);
    wire.next(J + "/start-next");
    String twice = execution("job-1", 2).replace("\"write\"", "\"write\",\"operation\":\"x\"");
    jobs.received(FakeChannel.incoming(J + "/notify-next", twice));
    wire.next(J + "/start-next");
    var message = FakeChannel.incoming(J + "/start-next/accepted", twice);
    assertThat(jobs.received(message)).isEqualTo(Verdict.MALFORMED);
    JsonObject update = wire.next(J + "/job-1/update");
    assertThat(update.getString("status")).isEqualTo("REJECTED");
    assertThat(update.getInteger("expectedVersion")).isEqualTo(2);
    assertThat(update.getJsonObject("statusDetails").getString("detail")).contains("no JSON");
    assertThat(requests).isEmpty();
    assertThat(complaints.count("job_malformed")).isEqualTo(2);
    comes("job-1/update/accepted", "{\"timestamp\":1}");
    comes("notify-next", execution("job-2", 1));
    wire.next(J + "/start-next");
    assertThat(jobs.received(FakeChannel.incoming(J + "/start-next/accepted", "{")))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(wire.next()).as("of which nothing is known").isNull();
    wire.pass(Duration.ofMinutes(1));
    wire.next(J + "/start-next");
  }

  @Test
  void withoutAJobThereIsNothingToDoUntilOneIsNotified() {
    jobs.open(wire);
    wire.next(J + "/start-next");
    comes("start-next/accepted", "{\"timestamp\":1}");
    comes("notify-next", "{\"timestamp\":1}");
    assertThat(wire.next()).isNull();
    comes("notify-next", execution("job-1", 1));
    wire.next(J + "/start-next");
    assertThat(requests).isEmpty();
  }

  @Test
  void whoMayNotBeginIsAskedAgainLater() {
    jobs.open(wire);
    wire.next(J + "/start-next");
    comes("start-next/rejected", "{\"code\":\"InternalError\",\"message\":\"m\"}");
    assertThat(complaints.count("job_start_rejected")).isEqualTo(1);
    assertThat(wire.next()).isNull();
    wire.pass(Duration.ofMinutes(1));
    wire.next(J + "/start-next");
    comes("start-next/rejected", "{\"code\":\"InternalError\",\"message\":\"m\"}");
    jobs.ended();
    wire.pass(Duration.ofMinutes(1));
    assertThat(wire.next()).isNull();
  }

  @Test
  void whatEndedWhileNobodyListenedIsToldAfterwardsAndNotDoneAgain() {
    began("job-1");
    jobs.ended();
    answers.get(0).complete(Answer.of(Answer.DONE, "done"));
    assertThat(wire.next()).isNull();
    wire = new FakeChannel();
    jobs = jobs();
    began("job-1");
    assertThat(wire.next(J + "/job-1/update").getString("status")).isEqualTo("SUCCEEDED");
    assertThat(requests).hasSize(1);
  }

  @Test
  void whatIsStillUnderWayAfterAReconnectIsToldOnTheNewConnection() {
    began("job-1");
    jobs.ended();
    wire = new FakeChannel();
    jobs = jobs();
    jobs.open(wire);
    wire.next(J + "/start-next");
    comes("start-next/accepted", execution("job-1", 4));
    assertThat(requests).hasSize(1);
    answers.get(0).complete(Answer.of(Answer.DONE, "done"));
    assertThat(wire.next(J + "/job-1/update").getInteger("expectedVersion")).isEqualTo(4);
  }

  @Test
  void anotherVersionIsTakenOverOnceAndACancelledJobIsLeftAlone() {
    began("job-1");
    answers.get(0).complete(Answer.of(Answer.DONE, "done"));
    wire.next(J + "/job-1/update");
    String open =
        "{\"code\":\"VersionMismatch\",\"message\":\"m\",\"executionState\":"
            + "{\"status\":\"IN_PROGRESS\",\"versionNumber\":5}}";
    comes("job-1/update/rejected", open);
    assertThat(wire.next(J + "/job-1/update").getInteger("expectedVersion")).isEqualTo(5);
    comes("job-1/update/rejected", open);
    comes("job-1/update/rejected", open.replace("IN_PROGRESS", "CANCELED").replace("5", "6"));
    assertThat(wire.next()).isNull();
    assertThat(complaints.count("job_update_rejected")).isEqualTo(3);
  }

  /** It was notified while the cancelled one was under way, and nobody notifies it again. */
  @Test
  void theJobBehindOneThatWasCancelledIsNotForgotten() {
    began("job-1");
    comes("notify-next", execution("job-2", 1));
    answers.get(0).complete(Answer.of(Answer.DONE, "done"));
    wire.next(J + "/job-1/update");
    comes("job-1/update/rejected", "{\"code\":\"TerminalStateReached\",\"message\":\"m\"}");
    assertThat(wire.next()).isNull();
    wire.pass(Duration.ofMinutes(1));
    wire.next(J + "/start-next");
    comes("start-next/accepted", execution("job-2", 2));
    assertThat(requests).hasSize(2);
  }

  @Test
  void whatIsNotAnsweredOrNotNowIsSaidAgainAfterAPause() {
    jobs.open(wire);
    wire.next(J + "/start-next");
    wire.pass(Duration.ofMinutes(1));
    wire.next(J + "/start-next");
    comes("start-next/accepted", execution("job-1", 2));
    wire.pass(Duration.ofMinutes(1));
    assertThat(wire.next()).as("it was answered").isNull();
    answers.get(0).complete(Answer.of(Answer.DONE, "done"));
    wire.next(J + "/job-1/update");
    wire.pass(Duration.ofMinutes(1));
    assertThat(wire.next(J + "/job-1/update").getString("status")).isEqualTo("SUCCEEDED");
    comes("job-1/update/rejected", "{\"code\":\"RequestThrottled\",\"message\":\"m\"}");
    assertThat(wire.next()).isNull();
    wire.pass(Duration.ofMinutes(1));
    wire.next(J + "/job-1/update");
    comes("other/update/accepted", "{}");
    wire.pass(Duration.ofMinutes(1));
    wire.next(J + "/job-1/update");
    comes("job-1/update/accepted", "{}");
    wire.pass(Duration.ofMinutes(1));
    assertThat(wire.next()).isNull();
    assertThat(complaints.counts())
        .isEqualTo(Map.of("job_unanswered", 3L, "job_update_rejected", 1L));
  }

  /** Else the platform takes nothing of the update, and the job stays under way. */
  @Test
  void aDetailIsWhatThePlatformTakes() {
    began("job-1");
    answers
        .get(0)
        .complete(Answer.of(Answer.FAILED, "no\nanswer" + "x".repeat(1_014) + "\ud83d\ude00"));
    JsonObject details = wire.next(J + "/job-1/update").getJsonObject("statusDetails");
    assertThat(details.getString("detail")).matches("no answerx{1014} ").hasSize(1_024);
  }

  /** It is taken, so that it can be refused: unread it would stay under way at the platform. */
  @Test
  void aDocumentThatIsDeeperThanAnyOfOursIsTaken() {
    jobs.open(wire);
    wire.next(J + "/start-next");
    String deep = "{\"a\":".repeat(40) + "1" + "}".repeat(40);
    comes("start-next/accepted", execution("job-1", 2).replace("{\"operation\":\"write\"}", deep));
    assertThat(requests).hasSize(1);
  }

  @Test
  void anEmptyDetailIsLeftOut() {
    began("job-1");
    answers.get(0).complete(new Answer(Answer.DONE, "", Map.of()));
    assertThat(wire.next(J + "/job-1/update").getJsonObject("statusDetails"))
        .isEqualTo(new JsonObject("{\"code\":\"200\"}"));
  }

  /** Seen ids are kept on disk: an execution that is tried again must not look like the former. */
  @Test
  void aJobThatThePlatformTriesAgainIsAnotherOne() {
    assertThat(new JobMemory.Run("job-1", 0).name()).isEqualTo("job-1");
    assertThat(new JobMemory.Run("job-1", 1).name()).isEqualTo("job-1");
    assertThat(new JobMemory.Run("job-1", 2).name()).isEqualTo("job-1#2");
    began("job-1");
    answers.get(0).complete(Answer.of(Answer.FAILED, "no answer"));
    wire.next(J + "/job-1/update");
    comes("job-1/update/accepted", "{}");
    comes("notify-next", execution("job-1", 1).replace("Number\":3", "Number\":4"));
    wire.next(J + "/start-next");
    comes(
        "start-next/accepted",
        execution("job-1", 2).replace("executionNumber\":3", "executionNumber\":4"));
    assertThat(requests).hasSize(2);
    assertThat(((Job) requests.get(1)).id()).isEqualTo("job-1#4");
  }

  @Test
  void whatIsNotAskedForIsLetPassAndRubbishIsNamed() {
    jobs.open(wire);
    comes("other/update/accepted", "{}");
    assertThat(jobs.received(FakeChannel.incoming(J + "/notify-next", "]")))
        .isEqualTo(Verdict.MALFORMED);
    assertThat(jobs.received(FakeChannel.incoming(J + "/get/accepted", "{}"))).isNull();
    comes("start-next/accepted", "{\"execution\":{\"jobId\":7}}");
    comes("start-next/accepted", "{\"execution\":[]}");
    assertThat(requests).isEmpty();
  }
}
