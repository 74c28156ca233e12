package dev.sluice.gateway.cli;

import dev.sluice.driver.Found;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Tells what a scan found, and how much it has not asked. */
final class ScanReport {

  private ScanReport() {}

  static void print(Scan.Report report, PrintWriter out) {
    String asked =
        report.asked()
            + " of "
            + report.all()
            + " questions in "
            + ScanProgress.words(report.took())
            + switch (report.end()) {
              case DONE -> "";
              case LIMIT -> "; ended by --limit, the rest was not asked";
              case FAILED -> "; then the line failed, the rest was not asked";
              case INTERRUPTED -> "; interrupted, the rest was not asked";
            };
    int count = report.hits().size();
    out.println((count == 1 ? "1 device" : count + " devices") + " found, " + asked);
    var table = new Table();
    for (Scan.Hit hit : report.hits()) {
      Found found = hit.found();
      String rtt =
          found.rttNanos() == 0
              ? ""
              : String.format(Locale.ROOT, "%.1f ms", found.rttNanos() / 1e6);
      table.row(
          hit.setting().words(),
          "address " + found.address(),
          words(found.identity()),
          found.answered(),
          rtt);
    }
    table.print(out);
    if (count == 0 && !report.noise().isEmpty()) {
      out.println(
          "something was heard that is no valid reply, at "
              + String.join(", ", report.noise())
              + ": a device may be there with other settings, or the line is noisy");
    } else if (count == 0) {
      out.println(
          "nothing answered: are the devices powered, are A and B swapped, is the bus terminated,"
              + " is this the right port?");
    }
  }

  private static String words(Map<String, String> identity) {
    return identity.isEmpty() ? "says not who it is" : String.join(" ", identity.values());
  }

  static JsonObject json(Scan.Report report) {
    var found = new JsonArray();
    for (Scan.Hit hit : report.hits()) {
      found.add(
          new JsonObject()
              .put("line", hit.setting().line())
              .put("setting", hit.setting().words())
              .put("address", hit.found().address())
              .put("answered", hit.found().answered())
              .put(
                  "identity",
                  new JsonObject(new LinkedHashMap<String, Object>(hit.found().identity())))
              .put("reply_ms", hit.found().rttNanos() / 1e6));
    }
    var noise = new JsonArray();
    report.noise().forEach(noise::add);
    return new JsonObject()
        .put("found", found)
        .put("failure", report.failure())
        .put("end", report.end().name().toLowerCase(Locale.ROOT))
        .put("asked", report.asked())
        .put("all", report.all())
        .put("noise_at", noise)
        .put("seconds", report.took().toMillis() / 1e3);
  }
}
