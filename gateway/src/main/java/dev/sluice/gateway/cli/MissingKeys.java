package dev.sluice.gateway.cli;

import dev.sluice.gateway.outbox.log.Survey;
import dev.sluice.gateway.outbox.log.Survey.LockedPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The segments that only miss their key, in words. */
final class MissingKeys {

  private MissingKeys() {}

  /** Which keys are missing for what somebody may want; empty when none is. */
  static String of(Survey survey) {
    Map<String, Long> byKey = new TreeMap<>();
    for (LockedPart part : survey.locked()) {
      if (part.wanted()) {
        byKey.merge(part.key(), 1L, Long::sum);
      }
    }
    List<String> words = new ArrayList<>();
    byKey.forEach(
        (key, count) ->
            words.add(
                Amount.of(count, "segment")
                    + " encrypted with key "
                    + key
                    + ", which is not here"));
    return String.join(", ", words);
  }

  /** A line for each file. */
  static String words(LockedPart part) {
    String name = String.valueOf(part.file().getFileName());
    if (part.key().isEmpty()) {
      return name + ": set aside, and its header cannot be read";
    }
    if (part.wanted()) {
      return name
          + ": seqs "
          + Amount.range(part.first(), part.end() - 1)
          + ", encrypted with key "
          + part.key()
          + ", which is not here";
    }
    return name
        + ": encrypted with key "
        + part.key()
        + (part.keyHere() ? ", which is here; no uplink waits for it" : ", which is not here");
  }
}
