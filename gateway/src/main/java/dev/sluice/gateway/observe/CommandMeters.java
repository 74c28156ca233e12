package dev.sluice.gateway.observe;

import dev.sluice.gateway.command.CommandStats;
import dev.sluice.gateway.command.RequestStats;
import org.jspecify.annotations.Nullable;

/** What came down. */
final class CommandMeters {

  private CommandMeters() {}

  static void tell(@Nullable CommandStats commands, Samples to) {
    if (commands == null) {
      return;
    }
    for (CommandStats.Source source : commands.sources()) {
      source
          .results()
          .forEach(
              (result, n) ->
                  to.counter(
                      "sluice.commands",
                      "",
                      "Writes that an uplink asked for.",
                      n,
                      "source",
                      source.id(),
                      "result",
                      result));
      source
          .refusals()
          .forEach(
              (reason, n) ->
                  to.counter(
                      "sluice.commands.refused",
                      "",
                      "Of which nothing was sent.",
                      n,
                      "source",
                      source.id(),
                      "reason",
                      reason));
    }
    to.gauge("sluice.commands.pending", "", "Under way.", commands.pending());
    to.gauge("sluice.commands.remembered", "", "Ids that are known.", commands.remembered());
    to.counter(
        "sluice.commands.forgotten", "", "Ids gone before their time.", commands.forgotten());
  }

  static void tell(@Nullable RequestStats requests, Samples to) {
    if (requests == null) {
      return;
    }
    for (RequestStats.Count each : requests.counts()) {
      to.counter(
          "sluice.requests",
          "",
          "What a platform wanted: states, methods, jobs.",
          each.count(),
          "code",
          Integer.toString(each.code()),
          "kind",
          each.kind(),
          "source",
          each.source());
    }
  }
}
