package dev.sluice.e2e;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Records by their numbers alone, of any form in JSON that has them. */
final class Seqs {

  private final Map<Long, Set<Integer>> parts = new HashMap<>();
  private final Map<Long, Integer> of = new HashMap<>();
  private long low;

  void add(JsonObject message) {
    if (!message.containsKey("seq")) {
      return;
    }
    long seq = message.getLong("seq");
    JsonArray part = message.getJsonArray("part", new JsonArray(List.of(1, 1)));
    parts.computeIfAbsent(seq, key -> new HashSet<>()).add(part.getInteger(0));
    of.put(seq, part.getInteger(1));
    low = Math.max(low, message.getLong("low"));
  }

  /** Those below what was said to be delivered that are not there, or not in all their parts. */
  List<Long> missing() {
    var missing = new ArrayList<Long>();
    for (long seq = 1; seq < low; seq++) {
      if (parts.getOrDefault(seq, Set.of()).size() != of.getOrDefault(seq, -1)) {
        missing.add(seq);
      }
    }
    return missing;
  }

  long low() {
    return low;
  }
}
