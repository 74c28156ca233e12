package dev.sluice.gateway.cli;

import dev.sluice.gateway.outbox.log.Survey;
import dev.sluice.gateway.outbox.log.Survey.CursorPart;
import dev.sluice.gateway.outbox.log.Survey.FilePart;
import dev.sluice.gateway.outbox.log.Survey.LockedPart;
import dev.sluice.gateway.outbox.log.Survey.SegmentPart;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an outbox holds, for programs. */
final class SurveyJson {

  private SurveyJson() {}

  static JsonObject info(Survey survey, String holder) {
    var uplinks = new JsonObject();
    survey.cursors().forEach(cursor -> uplinks.put(cursor.uplink(), uplink(cursor)));
    var segments = new JsonArray();
    list(survey).forEach(segments::add);
    return new JsonObject()
        .put("stream", survey.stream())
        .put("format", survey.version())
        .put("next", survey.next())
        .put("in_use_by", holder)
        .put("bytes", survey.segments().stream().mapToLong(SegmentPart::allocated).sum())
        .put("bytes_used", survey.segments().stream().mapToLong(SegmentPart::bound).sum())
        .put("records", survey.segments().stream().mapToLong(SegmentPart::records).sum())
        .put("readings", survey.segments().stream().mapToLong(SegmentPart::readings).sum())
        .put("segments", segments)
        .put("uplinks", uplinks)
        .put("locked", locked(survey))
        .put("spare", files(survey.spares()))
        .put("set_aside", files(survey.setAside()))
        .put("damaged", files(survey.broken()))
        .put("other_files", files(survey.foreign()));
  }

  private static JsonObject uplink(CursorPart cursor) {
    return new JsonObject()
        .put("readable", cursor.readable())
        .put("low", cursor.low())
        .put("backlog_records", cursor.records())
        .put("backlog_bytes", cursor.payload())
        .put("oldest_t", cursor.oldestMillis() == 0 ? null : cursor.oldestMillis())
        .put("locked", cursor.locked())
        .put("missing", cursor.missing())
        .put("ranges", new JsonArray(new ArrayList<Object>(cursor.ranges())))
        .put("open", cursor.open());
  }

  static List<JsonObject> list(Survey survey) {
    return survey.segments().stream().map(SurveyJson::segment).toList();
  }

  private static JsonObject segment(SegmentPart segment) {
    return new JsonObject()
        .put("segment", segment.number())
        .put("file", segment.file().getFileName().toString())
        .put("first", segment.first())
        .put("end", segment.end())
        .put("records", segment.records())
        .put("readings", segment.readings())
        .put("commits", segment.commits())
        .put("payload_bytes", segment.payload())
        .put("bytes_used", segment.bound())
        .put("bytes", segment.allocated())
        .put("created_t", segment.createdMillis() == 0 ? null : segment.createdMillis())
        .put("newest_t", segment.newestMillis() == 0 ? null : segment.newestMillis())
        .put("key", segment.key().isEmpty() ? null : segment.key())
        .put("state", segment.state().name().toLowerCase(Locale.ROOT));
  }

  private static JsonArray locked(Survey survey) {
    var all = new JsonArray();
    for (LockedPart part : survey.locked()) {
      all.add(
          new JsonObject()
              .put("file", String.valueOf(part.file().getFileName()))
              .put("key", part.key().isEmpty() ? null : part.key())
              .put("key_here", part.keyHere())
              .put("wanted", part.wanted())
              .put("first", part.wanted() ? part.first() : null)
              .put("end", part.wanted() ? part.end() : null)
              .put("bytes", part.bytes()));
    }
    return all;
  }

  private static JsonArray files(List<FilePart> files) {
    var all = new JsonArray();
    for (FilePart file : files) {
      all.add(
          new JsonObject()
              .put("file", file.file().getFileName().toString())
              .put("bytes", file.bytes()));
    }
    return all;
  }
}
