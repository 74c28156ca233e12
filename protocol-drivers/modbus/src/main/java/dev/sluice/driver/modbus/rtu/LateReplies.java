package dev.sluice.driver.modbus.rtu;

import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.plan.Unit;
import dev.sluice.driver.modbus.plan.UnitListener;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which replies may still come, though nobody waits for them any more. A frame does not say which
 * question it answers: so for a while nothing is asked of the unit that the late reply would fit.
 * Not thread-safe.
 */
final class LateReplies {

  /** More questions than that without an answer are not kept apart: the window is the same. */
  private static final int MOST = 4;

  /** So long after its window a question is kept: what came within is told to us later. */
  private static final long KEPT_NANOS = 2_000_000_000L;

  /**
   * A question without an answer.
   *
   * @param listener of the unit
   * @param function of the request
   * @param replyBytes how long the reply would be
   * @param requestEndNanos when it was asked
   * @param deadlineNanos when its time was over
   * @param windowEndNanos until when the reply may come
   */
  record Question(
      UnitListener listener,
      int function,
      int replyBytes,
      long requestEndNanos,
      long deadlineNanos,
      long windowEndNanos) {

    boolean isOpenAt(long nanos) {
      return windowEndNanos - nanos > 0;
    }

    Question closedBy(long nanos) {
      return isOpenAt(nanos)
          ? new Question(listener, function, replyBytes, requestEndNanos, deadlineNanos, nanos)
          : this;
    }

    boolean hasShapeOf(Request request) {
      return function == request.function() && replyBytes == request.usualReplyBytes();
    }
  }

  private final Map<Integer, ArrayDeque<Question>> open = new HashMap<>();

  /** The unit did not answer; a late reply may come until the window ends. */
  void add(Unit unit, Question question) {
    ArrayDeque<Question> questions =
        open.computeIfAbsent(unit.address(), address -> new ArrayDeque<>());
    if (questions.size() == MOST) {
      questions.removeFirst();
    }
    questions.addLast(question);
  }

  /**
   * When a request may be sent to a unit.
   *
   * @return how long to wait from now, not above 0 for at once
   */
  long waitNanos(int unit, Request request, long now) {
    long wait = 0;
    for (Question question : of(unit, now)) {
      if (question.hasShapeOf(request)) {
        wait = Math.max(wait, question.windowEndNanos - now);
      }
    }
    return wait;
  }

  /** Whether an exception reply could be meant for an earlier question of the same function. */
  boolean mayBeMeantFor(int unit, int function, long now) {
    return of(unit, now).stream()
        .anyMatch(question -> question.function == function && question.isOpenAt(now));
  }

  /** Whether a reply to this request could as well be one to an earlier question. */
  boolean mayBeMeantFor(int unit, Request request, long now) {
    return of(unit, now).stream()
        .anyMatch(question -> question.hasShapeOf(request) && question.isOpenAt(now));
  }

  /**
   * A reply of this unit came that nobody waits for: the question that it answers, if any. An
   * exception leaves it open when it may answer several.
   *
   * @param replyBytes how long it is; 0 for an exception
   */
  @Nullable Question take(int unit, int function, int replyBytes, long now) {
    ArrayDeque<Question> questions = of(unit, now);
    List<Question> answered =
        questions.stream()
            .filter(question -> question.function == function && question.isOpenAt(now))
            .filter(question -> replyBytes == 0 || question.replyBytes == replyBytes)
            .toList();
    if (answered.isEmpty()) {
      return null;
    }
    if (answered.size() == 1 || replyBytes > 0) {
      questions.remove(answered.get(0));
    }
    return answered.get(0);
  }

  /** No reply to what was asked so far comes after this time. */
  void closeBy(long nanos) {
    for (ArrayDeque<Question> questions : open.values()) {
      List<Question> all = List.copyOf(questions);
      questions.clear();
      all.forEach(question -> questions.add(question.closedBy(nanos)));
    }
  }

  private ArrayDeque<Question> of(int unit, long now) {
    ArrayDeque<Question> questions = open.get(unit);
    if (questions == null) {
      return new ArrayDeque<>();
    }
    questions.removeIf(question -> !question.isOpenAt(now - KEPT_NANOS));
    if (questions.isEmpty()) {
      open.remove(unit);
    }
    return questions;
  }
}
