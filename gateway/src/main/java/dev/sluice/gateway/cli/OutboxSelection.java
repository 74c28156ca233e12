package dev.sluice.gateway.cli;

import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.Survey;
import dev.sluice.gateway.outbox.log.Survey.CursorPart;
import java.io.IOException;
import java.util.function.LongPredicate;
import picocli.CommandLine.Option;

/** Which records a command is about, as its options say. */
final class OutboxSelection {

  @Option(names = "--from", paramLabel = "SEQ", description = "No record below this one.")
  private long from = 1;

  @Option(names = "--to", paramLabel = "SEQ", description = "No record above this one.")
  private long to = Long.MAX_VALUE;

  @Option(
      names = "--uplink",
      paramLabel = "ID",
      description = "Only what this uplink has not acknowledged.")
  private String uplink = "";

  long from() throws CommandException {
    if (from < 1 || to < from) {
      throw CommandException.refused(
          "found --from " + from + " --to " + to + ", expected 1 <= from <= to");
    }
    return from;
  }

  long to() {
    return to;
  }

  String uplink() {
    return uplink;
  }

  /** Whether a seq is among them. */
  LongPredicate wanted(LogView view) throws CommandException, IOException {
    if (uplink.isEmpty()) {
      return seq -> true;
    }
    Survey survey = view.survey();
    for (CursorPart cursor : survey.cursors()) {
      if (cursor.uplink().equals(uplink)) {
        return cursor::wants;
      }
    }
    throw CommandException.refused(
        "found no uplink '"
            + uplink
            + "' with a cursor in this outbox, expected one of: "
            + String.join(", ", survey.cursors().stream().map(CursorPart::uplink).toList()));
  }
}
