package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.clearblade.Troubles.Kind;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Turns;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Takes what the platform reports as errors; of one connection. */
final class ErrorReports {

  /** Reports of devices that are not attached come one by one; they cost one connection. */
  private static final Duration TOGETHER = Duration.ofMillis(500);

  private final Attachments attachments;
  private final States states;
  private final Troubles troubles;
  private final Turns turns;
  private final Consumer<Set<String>> startAnew;
  private final Set<String> unheard = new TreeSet<>();

  /**
   * Of one connection.
   *
   * @param startAnew hears which devices the platform takes no events of
   */
  ErrorReports(
      Attachments attachments,
      States states,
      Troubles troubles,
      Turns turns,
      Consumer<Set<String>> startAnew) {
    this.attachments = attachments;
    this.states = states;
    this.troubles = troubles;
    this.turns = turns;
    this.startAnew = startAnew;
  }

  Verdict take(String gateway, Buffer payload) {
    try {
      ErrorReport error = ErrorReport.read(payload);
      Topics.Parts topic = Topics.parts(error.topic());
      String id = error.device();
      switch (error.type()) {
        case ErrorReport.ATTACH -> attachments.refused(id, error.words());
        case ErrorReport.DETACH -> attachments.notDetached(id);
        case ErrorReport.UNKNOWN_DEVICE -> unknown(id, topic == null ? "" : topic.kind(), error);
        default -> troubles.add(Kind.OTHER_ERROR, id, error.words());
      }
      return Verdict.TAKEN;
    } catch (DocumentException e) {
      troubles.add(Kind.MALFORMED_ERROR, gateway, String.valueOf(e.getMessage()));
      return Verdict.MALFORMED;
    }
  }

  /** Events that are refused are acknowledged by nobody: they are sent again, as our own. */
  private void unknown(String id, String kind, ErrorReport error) {
    if (kind.equals("state")) {
      states.refused(id);
    } else if (kind.equals("events")) {
      attachments.lost(id, error.words());
      if (unheard.isEmpty()) {
        turns.later(TOGETHER, () -> startAnew.accept(unheard));
      }
      unheard.add(id);
    } else {
      troubles.add(Kind.OTHER_ERROR, id, error.words());
    }
  }
}
