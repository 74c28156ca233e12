package dev.sluice.gateway.cli;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.verify.VerifyReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** How a verification goes, and what it came to. */
final class VerifyText {

  private final PrintWriter err;
  private final boolean terminal;
  private final TimeSource time;
  private final long begin;
  private int shown;

  VerifyText(PrintWriter err, boolean terminal, TimeSource time) {
    this.err = err;
    this.terminal = terminal;
    this.time = time;
    this.begin = time.nanoTime();
  }

  /** How it is now; on a terminal in one line that changes. */
  void line(VerifyReport report) {
    VerifyReport.Times worst = worst(report);
    String text =
        ScanProgress.words(Duration.ofNanos(time.nanoTime() - begin))
            + ": "
            + Amount.of(report.streams().size(), "stream")
            + ", "
            + Amount.of(report.messages(), "message")
            + ", "
            + Amount.of(sum(report, VerifyReport.Stream::readings), "reading")
            + ", lost "
            + sum(report, VerifyReport.Stream::lost)
            + ", duplicates "
            + sum(report, VerifyReport.Stream::duplicates)
            + ", p99 "
            + seconds(worst.p99());
    if (terminal) {
      end();
      shown = text.length();
      err.print(text);
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** The worst of all streams. */
  private static VerifyReport.Times worst(VerifyReport report) {
    var worst = new VerifyReport.Times(0, 0, 0, 0, 0);
    for (VerifyReport.Stream stream : report.streams()) {
      worst = stream.latency().p99() > worst.p99() ? stream.latency() : worst;
    }
    return worst;
  }

  private static long sum(VerifyReport report, ToLongFunction<VerifyReport.Stream> what) {
    return report.streams().stream().mapToLong(what).sum();
  }

  void end() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
      shown = 0;
    }
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.2f s", millis / 1e3);
  }

  static void print(VerifyReport report, PrintWriter out) {
    for (VerifyReport.Stream stream : report.streams()) {
      print(stream, out);
    }
    report.malformedWords().forEach(words -> out.println("malformed: " + words));
    if (report.unjudged() > 0) {
      out.println(Amount.of(report.unjudged(), "message") + " of too many streams not judged");
    }
    out.println(
        (report.complete()
                ? "complete"
                : report.streams().isEmpty() ? "nothing came" : "NOT complete")
            + ": "
            + Amount.of(report.messages(), "message")
            + ", "
            + Amount.of(sum(report, VerifyReport.Stream::readings), "reading")
            + ", "
            + Amount.of(sum(report, VerifyReport.Stream::lost), "record")
            + " lost, "
            + report.malformed()
            + " malformed");
  }

  private static void print(VerifyReport.Stream stream, PrintWriter out) {
    out.println(stream.gateway() + ", stream " + stream.stream());
    var table = new Table();
    table.row(
        "received",
        Amount.of(stream.messages(), "message")
            + ", "
            + Amount.of(stream.records(), "record")
            + ", "
            + Amount.of(stream.readings(), "reading")
            + (stream.history() == 0 ? "" : ", " + stream.history() + " of them as history"));
    table.row(
        "judged",
        "from seq "
            + stream.from()
            + " to below low "
            + stream.low()
            + ", highest "
            + stream.highest());
    table.row(
        "lost",
        stream.lost() == 0
            ? "0"
            : stream.lost()
                + ": seqs "
                + String.join(", ", stream.lostRanges())
                + (stream.partly() == 0 ? "" : "; " + stream.partly() + " came in part"));
    table.row("gaps", stream.gaps() + ", which name " + Amount.of(stream.gapReadings(), "reading"));
    table.row("duplicates", Long.toString(stream.duplicates()));
    table.row("out of order", Long.toString(stream.outOfOrder()));
    VerifyReport.Times latency = stream.latency();
    if (latency.rows() > 0) {
      table.row(
          "latency",
          "p50 "
              + seconds(latency.p50())
              + ", p99 "
              + seconds(latency.p99())
              + ", max "
              + seconds(latency.max())
              + (latency.early() == 0
                  ? ""
                  : "; " + latency.early() + " rows came before they were read: clocks differ"));
    }
    table.print(out);
  }

  static JsonObject json(VerifyReport report) {
    var streams = new JsonArray();
    for (VerifyReport.Stream stream : report.streams()) {
      VerifyReport.Times latency = stream.latency();
      streams.add(
          new JsonObject()
              .put("gateway", stream.gateway())
              .put("stream", stream.stream())
              .put("from", stream.from())
              .put("low", stream.low())
              .put("highest", stream.highest())
              .put("messages", stream.messages())
              .put("records", stream.records())
              .put("readings", stream.readings())
              .put("history_readings", stream.history())
              .put("lost_records", stream.lost())
              .put("lost", new JsonArray(new ArrayList<Object>(stream.lostRanges())))
              .put("lost_in_part", stream.partly())
              .put("gaps", stream.gaps())
              .put("gap_readings", stream.gapReadings())
              .put("duplicates", stream.duplicates())
              .put("out_of_order", stream.outOfOrder())
              .put(
                  "latency_ms",
                  new JsonObject()
                      .put("rows", latency.rows())
                      .put("p50", latency.p50())
                      .put("p99", latency.p99())
                      .put("max", latency.max())
                      .put("early", latency.early())));
    }
    return new JsonObject()
        .put("complete", report.complete())
        .put("messages", report.messages())
        .put("malformed", report.malformed())
        .put("malformed_words", new JsonArray(new ArrayList<Object>(report.malformedWords())))
        .put("unjudged", report.unjudged())
        .put("streams", streams);
  }
}
