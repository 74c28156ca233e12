package dev.sluice.gateway.cli;

import dev.sluice.gateway.outbox.log.Damage;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Damage in words, and as JSON. */
final class DamageText {

  private DamageText() {}

  static String words(Damage damage) {
    return damage.file().getFileName()
        + " at byte "
        + damage.offset()
        + bytes(damage)
        + what(damage);
  }

  private static String bytes(Damage damage) {
    return damage.bytes() == 0 ? ": " : ", " + Amount.of(damage.bytes(), "byte") + ": ";
  }

  private static String what(Damage damage) {
    String seqs = Amount.range(damage.first(), damage.last());
    return switch (damage.kind()) {
      case RECORDS -> "damaged; lost: seqs " + seqs + readings(damage);
      case MISSING -> "seqs " + seqs + " should follow and are not there" + readings(damage);
      case UNFINISHED ->
          damage.first() == 0
              ? "the last write did not end, or its end is damaged; no record of it can be read"
              : "the last write did not end, or its end is damaged; seqs "
                  + seqs
                  + " are skipped and announced at the next start";
      case LOCKED ->
          "encrypted with key "
              + damage.key()
              + ", which is not here"
              + (damage.first() == 0 ? "" : "; not read: seqs " + seqs);
      case SEGMENT -> "both headers are damaged: nothing in this file can be read";
      case HEADER_COPY -> "one of two headers is damaged; lost: nothing";
      case STRAY -> "a segment of another stream, or one that others replaced; lost: nothing";
      case CURSOR -> "cannot be used: its uplink gets everything again; lost: nothing";
      case CURSOR_SLOT ->
          "one of two slots is damaged: its uplink may get something again; lost: nothing";
    };
  }

  private static String readings(Damage damage) {
    return damage.readings() == 0 ? "" : " with " + Amount.of(damage.readings(), "reading");
  }

  static JsonObject json(Damage damage) {
    var json =
        new JsonObject()
            .put("damage", damage.kind().name().toLowerCase(Locale.ROOT))
            .put("file", damage.file().getFileName().toString())
            .put("offset", damage.offset())
            .put("bytes", damage.bytes());
    if (damage.first() > 0) {
      json.put("first", damage.first()).put("last", damage.last());
      json.put("records", damage.records()).put("readings", damage.readings());
    }
    if (!damage.key().isEmpty()) {
      json.put("key", damage.key());
    }
    return json.put("words", words(damage));
  }
}
