package dev.sluice.gateway.cli;

import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxException;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.Damage;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.LogVisitor;
import dev.sluice.gateway.outbox.log.StoredRecord;
import dev.sluice.gateway.outbox.log.Survey;
import dev.sluice.gateway.outbox.log.Survey.CursorPart;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What a whole reading of an outbox found. */
final class OutboxCheck implements LogVisitor {

  private final WorkProgress progress;
  private final OutboxRecordText decoder = new OutboxRecordText("");
  private final List<Damage> damage = new ArrayList<>();
  private final List<Damage> known = new ArrayList<>();
  private final List<GapRecord> gaps = new ArrayList<>();
  private final List<String> undecoded = new ArrayList<>();
  private long records;
  private long readings;
  private long bytes;

  private OutboxCheck(WorkProgress progress) {
    this.progress = progress;
  }

  static OutboxCheck of(LogView view, WorkProgress progress) throws IOException {
    var check = new OutboxCheck(progress);
    try {
      Survey survey = view.survey();
      view.check(check);
      check.settle(survey);
    } finally {
      progress.end();
    }
    return check;
  }

  /** What nobody waits for, or what gaps name already, is no news. */
  private void settle(Survey survey) {
    for (Damage each : List.copyOf(damage)) {
      boolean absent = each.kind() == Damage.Kind.MISSING || each.kind() == Damage.Kind.LOCKED;
      if (absent && isSettled(each, survey)) {
        damage.remove(each);
        known.add(each);
      }
    }
  }

  private boolean isSettled(Damage missing, Survey survey) {
    for (CursorPart cursor : survey.cursors()) {
      List<Long> wanted = cursor.wantedOf(missing.first(), missing.last());
      for (int i = 0; i < wanted.size(); i += 2) {
        if (!isNamed(wanted.get(i), wanted.get(i + 1), cursor.uplink())) {
          return false;
        }
      }
    }
    return !survey.cursors().isEmpty() || isNamed(missing.first(), missing.last(), "");
  }

  private boolean isNamed(long first, long last, String uplink) {
    long at = first;
    boolean moved = true;
    while (moved && at <= last) {
      moved = false;
      for (GapRecord gap : gaps) {
        if (gap.concerns(uplink) && gap.first() <= at && at <= gap.last()) {
          at = gap.last() + 1;
          moved = true;
        }
      }
    }
    return at > last;
  }

  @Override
  public boolean record(StoredRecord record, long wallMillis) {
    records++;
    readings += record.readings();
    bytes += record.payload().length;
    try {
      if (record.kind() == RecordKind.GAP.code()) {
        gaps.add(GapRecord.decode(record.payload()));
      } else if (!decoder.isReadable(record)) {
        undecoded.add("seq " + record.seq() + ": a kind that this version does not know");
      }
    } catch (DecodeException | OutboxException e) {
      undecoded.add("seq " + record.seq() + ": its checksum holds, but it is " + e.getMessage());
    }
    return true;
  }

  @Override
  public void damage(Damage found) {
    damage.add(found);
  }

  @Override
  public void progress(long done, long all) {
    progress.at(done, all);
  }

  /** Whether everything is as it was written. */
  boolean isClean() {
    return damage.isEmpty() && undecoded.isEmpty();
  }

  private long lost() {
    return damage.stream()
        .filter(each -> each.kind() != Damage.Kind.LOCKED)
        .mapToLong(Damage::records)
        .sum();
  }

  /** Segments that nobody can judge without their keys. */
  private long unread() {
    return damage.stream().filter(each -> each.kind() == Damage.Kind.LOCKED).count();
  }

  private String verdict() {
    return isClean() ? "clean: " : damaged() > 0 ? "damaged: " : "not all checked: ";
  }

  private long damaged() {
    return damage.size() - unread() + undecoded.size();
  }

  private String rest() {
    if (isClean()) {
      return "";
    }
    String unread =
        unread() == 0
            ? ""
            : "; "
                + Amount.of(unread(), "segment")
                + " not read for want of a key, which a --config may have in outbox.encryption";
    return damaged() == 0
        ? unread
        : "; "
            + Amount.of(damaged(), "place")
            + " damaged, "
            + Amount.of(lost(), "record")
            + " lost"
            + unread;
  }

  void print(PrintWriter out) {
    damage.forEach(each -> out.println(DamageText.words(each)));
    undecoded.forEach(out::println);
    known.forEach(
        each -> out.println(DamageText.words(each) + " (announced, or nobody waits for them)"));
    out.println(
        verdict()
            + Amount.of(records, "record")
            + " with "
            + Amount.of(readings, "reading")
            + ", "
            + Amount.bytes(bytes)
            + ", can be read"
            + rest());
  }

  JsonObject json() {
    var places = new JsonArray();
    damage.forEach(each -> places.add(DamageText.json(each)));
    var announced = new JsonArray();
    known.forEach(each -> announced.add(DamageText.json(each)));
    return new JsonObject()
        .put("clean", isClean())
        .put("records", records)
        .put("readings", readings)
        .put("payload_bytes", bytes)
        .put("lost_records", lost())
        .put("unread_segments", unread())
        .put("damage", places)
        .put("announced", announced)
        .put("undecoded", new JsonArray(new ArrayList<Object>(undecoded)));
  }
}
