package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.Complaints;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks the hub about the twin, one question at a time and in order. Where the hub is too busy, or
 * does not answer, the question is asked again, with growing pauses.
 */
final class TwinRequests {

  /** Where answers come. */
  static final String ANSWERS = "$iothub/twin/res/#";

  private static final Pattern ANSWER =
      Pattern.compile("\\$iothub/twin/res/(\\d{3})/\\?\\$rid=([0-9a-z]{1,20})(?:&.*)?");

  private static final String GET = "$iothub/twin/GET/";
  private static final String REPORT = "$iothub/twin/PATCH/properties/reported/";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private static final int MOST_WAITING = 50;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private record Question(String topic, Buffer body, BiConsumer<Integer, Buffer> answered) {}

  private final Voice voice;
  private final Complaints complaints;
  private final RandomGenerator random;
  private final Deque<Question> questions = new ArrayDeque<>();
  private @Nullable String asked;
  private long lastId;
  private int failures;

  TwinRequests(Voice voice, Complaints complaints, RandomGenerator random) {
    this.voice = voice;
    this.complaints = complaints;
    this.random = random;
  }

  /** Asks for the whole twin; the status and the body come to {@code answered}. */
  void get(BiConsumer<Integer, Buffer> answered) {
    add(new Question(GET, Buffer.buffer(), answered));
  }

  /**
   * Changes what is reported, by a merge patch (RFC 7396). Left out while too many wait: what came
   * of the version is then found out anew in the next connection.
   */
  void report(Buffer patch, BiConsumer<Integer, Buffer> answered) {
    if (questions.size() >= MOST_WAITING) {
      complaints.add("twin_report_left_out", REPORT, MOST_WAITING + " wait already");
      return;
    }
    add(new Question(REPORT, patch, answered));
  }

  private void add(Question question) {
    questions.add(question);
    if (questions.size() == 1) {
      ask();
    }
  }

  private void ask() {
    Question question = questions.peek();
    if (question == null) {
      return;
    }
    String id = Long.toString(++lastId, 36);
    asked = id;
    var unused = voice.say(question.topic() + "?$rid=" + id, question.body());
    voice.later(
        PATIENCE,
        () -> {
          if (id.equals(asked)) {
            again(question, "no answer within " + PATIENCE.toSeconds() + " s");
          }
        });
  }

  /** Full jitter, so that the devices of a hub that was down do not come back as one. */
  private void again(Question question, String why) {
    asked = null;
    complaints.add("twin_asked_again", question.topic(), why);
    later(failures++, LONGEST_PAUSE, this::ask);
  }

  /** After a pause that is longer each time. */
  void later(int times, Duration longest, Runnable what) {
    long most = Math.min(longest.toMillis(), FIRST_PAUSE.toMillis() << Math.min(times, 20));
    voice.later(Duration.ofMillis(random.nextLong(most) + 1), what);
  }

  Verdict answered(Incoming message) {
    Matcher answer = ANSWER.matcher(message.topic());
    if (!answer.matches()) {
      return Inbox.malformed(complaints, message.topic(), "no answer about a twin");
    }
    Question question = questions.peek();
    if (question == null || !answer.group(2).equals(asked)) {
      return Verdict.TAKEN; // to a question of a former connection, or one that was asked again
    }
    int status = Integer.parseInt(answer.group(1));
    if (status == TOO_MANY || status >= SERVER_ERROR) {
      again(question, "status " + status);
    } else {
      asked = null;
      failures = 0;
      question.answered().accept(status, message.payload());
      questions.remove(); // now: what was added meanwhile waits behind it
      ask();
    }
    return Verdict.TAKEN;
  }
}
