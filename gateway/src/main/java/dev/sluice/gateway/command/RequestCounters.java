package dev.sluice.gateway.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/** Counts what came of requests; thread-safe. Few: uplinks times kinds times codes. */
final class RequestCounters {

  private record Key(String source, String kind, int code) {}

  private final Map<Key, Long> counts = new HashMap<>();

  synchronized void count(Request request, Answer answer) {
    counts.merge(new Key(request.source(), request.kind(), answer.code()), 1L, Long::sum);
  }

  synchronized RequestStats snapshot() {
    var all = new ArrayList<RequestStats.Count>();
    counts.forEach(
        (key, count) ->
            all.add(new RequestStats.Count(key.source(), key.kind(), key.code(), count)));
    return new RequestStats(all);
  }
}
