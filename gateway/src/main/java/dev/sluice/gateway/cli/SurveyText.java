package dev.sluice.gateway.cli;

import dev.sluice.gateway.outbox.log.Survey;
import dev.sluice.gateway.outbox.log.Survey.CursorPart;
import dev.sluice.gateway.outbox.log.Survey.FilePart;
import dev.sluice.gateway.outbox.log.Survey.LockedPart;
import dev.sluice.gateway.outbox.log.Survey.SegmentPart;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What an outbox holds, for people. */
final class SurveyText {

  private static final int MOST_RANGES = 4;

  private final Survey survey;
  private final PrintWriter out;

  SurveyText(Survey survey, PrintWriter out) {
    this.survey = survey;
    this.out = out;
  }

  void info(Path directory, String holder) {
    out.println(directory);
    var table = new Table();
    table.row("stream", survey.stream().isEmpty() ? "none: no segment is whole" : survey.stream());
    table.row("format", Integer.toString(survey.version()));
    table.row(
        "segments",
        survey.segments().size()
            + ", "
            + Amount.bytes(sum(SegmentPart::allocated))
            + " on disk, "
            + Amount.bytes(sum(SegmentPart::bound))
            + " of them used");
    if (!survey.segments().isEmpty()) {
      SegmentPart oldest = survey.segments().get(0);
      SegmentPart newest = survey.segments().get(survey.segments().size() - 1);
      table.row("seqs", oldest.first() + " to " + (newest.end() - 1) + ", next " + survey.next());
      table.row(
          "records",
          sum(SegmentPart::records)
              + " with "
              + Amount.of(sum(SegmentPart::readings), "reading")
              + ", "
              + Amount.bytes(sum(SegmentPart::payload)));
      table.row("oldest", Amount.time(oldest.createdMillis()));
      table.row("newest", Amount.time(newest.newestMillis()));
    }
    table.row("in use by", holder.isEmpty() ? "nobody" : holder);
    encrypted(table);
    for (LockedPart part : survey.locked()) {
      table.row("locked", MissingKeys.words(part));
    }
    files(table, "spare", survey.spares());
    files(table, "set aside", survey.setAside());
    files(table, "damaged", survey.broken());
    files(table, "other files", survey.foreign());
    table.print(out);
    out.println(survey.cursors().isEmpty() ? "no uplink has a cursor" : "uplinks");
    var uplinks = new Table();
    survey.cursors().forEach(cursor -> uplink(uplinks, cursor));
    uplinks.print(out);
  }

  private void encrypted(Table table) {
    Map<String, Long> byKey = new TreeMap<>();
    for (SegmentPart segment : survey.segments()) {
      if (!segment.key().isEmpty()) {
        byKey.merge(segment.key(), 1L, Long::sum);
      }
    }
    byKey.forEach(
        (key, count) -> table.row("encrypted", Amount.of(count, "segment") + " with key " + key));
  }

  private static void uplink(Table table, CursorPart cursor) {
    if (!cursor.readable()) {
      table.row(cursor.uplink(), "its cursor cannot be used: it gets everything again");
      return;
    }
    table.row(
        cursor.uplink(),
        "low " + cursor.low(),
        Amount.of(cursor.records(), "record") + " left, " + Amount.bytes(cursor.payload()),
        cursor.records() == 0 ? "" : "oldest " + Amount.time(cursor.oldestMillis()),
        ranges(cursor)
            + (cursor.locked() == 0 ? "" : "; " + cursor.locked() + " of them are locked")
            + (cursor.missing() == 0 ? "" : "; " + cursor.missing() + " of them are not there"));
  }

  private static String ranges(CursorPart cursor) {
    var words = new StringBuilder();
    List<Long> ranges = cursor.ranges();
    for (int i = 0; i < ranges.size() && i < 2 * MOST_RANGES; i += 2) {
      words.append(Amount.range(ranges.get(i), ranges.get(i + 1))).append(", ");
    }
    if (ranges.size() > 2 * MOST_RANGES) {
      words.append(ranges.size() / 2 - MOST_RANGES).append(" more ranges, ");
    }
    return words.append(cursor.open()).append(" and above").toString();
  }

  private static void files(Table table, String what, List<FilePart> files) {
    if (!files.isEmpty()) {
      table.row(
          what,
          Amount.of(files.size(), "file")
              + ", "
              + Amount.bytes(files.stream().mapToLong(FilePart::bytes).sum())
              + ": "
              + String.join(", ", files.stream().map(SurveyText::name).toList()));
    }
  }

  private static String name(FilePart file) {
    return name(file.file());
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private long sum(ToLongFunction<SegmentPart> what) {
    return survey.segments().stream().mapToLong(what).sum();
  }

  void list() {
    var table =
        new Table()
            .row("SEGMENT", "SEQS", "RECORDS", "READINGS", "BYTES", "CREATED", "NEWEST", "STATE");
    for (SegmentPart segment : survey.segments()) {
      table.row(
          Long.toString(segment.number()),
          segment.records() == 0
              ? segment.first() + "-"
              : Amount.range(segment.first(), segment.end() - 1),
          Long.toString(segment.records()),
          Long.toString(segment.readings()),
          Amount.bytes(segment.allocated()),
          Amount.time(segment.createdMillis()),
          Amount.time(segment.newestMillis()),
          segment.state().name().toLowerCase(Locale.ROOT));
    }
    for (LockedPart part : survey.locked()) {
      table.row(
          name(part.file()),
          part.wanted() ? Amount.range(part.first(), part.end() - 1) : "",
          "",
          "",
          Amount.bytes(part.bytes()),
          "",
          "",
          part.key().isEmpty() ? "locked" : "locked, key " + part.key());
    }
    for (FilePart file : survey.broken()) {
      table.row(name(file), "", "", "", Amount.bytes(file.bytes()), "", "", "damaged");
    }
    table.print(out);
  }
}
