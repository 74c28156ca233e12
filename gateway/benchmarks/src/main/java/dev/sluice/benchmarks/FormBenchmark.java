package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What each connector and form costs: CPU of a whole gateway per million readings, polled to
 * acknowledged, and bytes of payload per reading. A new form is a line in {@link #FORMS}.
 */
final class FormBenchmark {

  /**
   * A way to say it.
   *
   * @param name in the report
   * @param keys of an uplink
   * @param packed whether it can be compressed by the key {@code compression}
   */
  private record WireForm(String name, String keys, boolean packed) {}

  private static final List<WireForm> FORMS =
      List.of(
          new WireForm("json", "connector: mqtt, form: json, topic: \"b/{uplink}\"", true),
          new WireForm("cbor", "connector: mqtt, form: cbor, topic: \"b/{uplink}\"", true),
          new WireForm("senml-json", perDevice("senml-json", ""), true),
          new WireForm("senml-cbor", perDevice("senml-cbor", ""), true),
          new WireForm("value", perDevice("value", "/{point}"), false),
          new WireForm("plain", perDevice("plain", "/{point}"), false),
          new WireForm("sparkplug", "connector: sparkplug, sparkplug: { group: b }", false),
          new WireForm("thingsboard", "connector: thingsboard, thingsboard: { token: b }", false),
          new WireForm(
              "watson-iot",
              // Without the rates of the platform, as mosquitto has none of them.
              "connector: watson-iot, password: b, watson-iot: { organization: b },"
                  + " maxMessageRate: 100000, maxByteRate: 1GiB",
              false));

  private static final List<String> COMPRESSIONS = List.of("none", "gzip", "zstd");

  private static final int DEVICES = 100;
  private static final int POINTS = 200;
  private static final String ACKED = "sluice_uplink_acked_messages_total";

  private FormBenchmark() {}

  private static String perDevice(String form, String point) {
    return "connector: mqtt, form: %s, topic: \"b/{uplink}/{device}%s\"".formatted(form, point);
  }

  static void run(Figures figures, Effort effort) throws IOException {
    reconnect(figures, effort);
    bytes(figures, effort, "uplink-bytes-one-device-100-points", 1, 100);
    bytes(figures, effort, "uplink-bytes-mixed-100-devices-2-points", DEVICES, 2);
    cpu(figures, effort);
  }

  private static String uplink(WireForm form, String compression, int port) {
    String name = form.name + "-" + compression;
    String keys = form.packed ? form.keys + ", compression: " + compression : form.keys;
    return "  %s: { %s, url: \"tcp://127.0.0.1:%d\" }\n".formatted(name, keys, port);
  }

  private static String soonStable(int port) {
    return uplink(FORMS.get(0), "none", port).replace(" }", ", stableAfter: 1s }");
  }

  private static List<String> compressions(WireForm form) {
    return form.packed ? COMPRESSIONS : List.of("none");
  }

  /** All forms side by side, as uplinks of one gateway: each sends the same readings. */
  private static void bytes(Figures figures, Effort effort, String name, int devices, int points)
      throws IOException {
    PathRig.Uplinks all =
        port -> {
          var text = new StringBuilder();
          for (WireForm form : FORMS) {
            compressions(form).forEach(each -> text.append(uplink(form, each, port)));
          }
          return text.toString();
        };
    try (var rig = new PathRig(devices, points, false, all)) {
      awaitFlow(rig);
      PathRig.pause(2_000);
      Scrape before = rig.scrape();
      PathRig.pause(TimeUnit.SECONDS.toMillis(effort.seconds()));
      Scrape after = rig.scrape();
      double readings = readings(after) - readings(before);
      var columns = new ArrayList<String>();
      COMPRESSIONS.forEach(each -> columns.add(each + "_B/reading"));
      var table = new Table(name, columns.toArray(String[]::new));
      for (WireForm form : FORMS) {
        var row = new ArrayList<String>();
        for (String compression : COMPRESSIONS) {
          String label = "uplink=\"" + form.name + "-" + compression + "\"";
          String metric = "sluice_uplink_published_bytes_total";
          double bytes = after.sum(metric, label) - before.sum(metric, label);
          boolean made = compressions(form).contains(compression);
          row.add(made ? Figures.number(bytes / readings) : "-");
        }
        table.row(form.name, row.toArray(String[]::new));
      }
      figures.tell(table);
    }
  }

  /** One gateway after the other, with one uplink each; the polling is the same for all. */
  private static void cpu(Figures figures, Effort effort) throws IOException {
    var table = new Table("uplink-forms", "cpu_s/M_readings", "readings/s", "rss_MB");
    for (WireForm form : FORMS) {
      try (var rig = new PathRig(DEVICES, POINTS, false, port -> uplink(form, "none", port))) {
        awaitFlow(rig);
        PathRig.pause(TimeUnit.SECONDS.toMillis(effort.warmUpSeconds()));
        double readings = readings(rig.scrape());
        double cpu = rig.use().cpuSeconds();
        PathRig.pause(TimeUnit.SECONDS.toMillis(effort.seconds()));
        ProcessUse use = rig.use();
        readings = readings(rig.scrape()) - readings;
        table.row(
            form.name,
            Figures.number((use.cpuSeconds() - cpu) * 1e6 / readings),
            Figures.number(readings / effort.seconds()),
            Figures.number(use.residentBytes() / 1e6));
      }
    }
    figures.tell(table);
  }

  private static double readings(Scrape scrape) {
    return scrape.sum("sluice_batch_readings_total", "result=\"batched\"");
  }

  /**
   * A broker that is killed and comes back: from its listening to the first acknowledgement. The
   * connection held before, by a shorter measure than usual, so that waits begin small each time.
   */
  private static void reconnect(Figures figures, Effort effort) throws IOException {
    double[] seconds = new double[effort.runs()];
    try (var rig = new PathRig(1, 10, false, FormBenchmark::soonStable)) {
      awaitFlow(rig);
      for (int i = 0; i < seconds.length; i++) {
        rig.killBroker();
        PathRig.pause(2_000);
        double before = acked(rig);
        rig.startBroker();
        long listening = System.nanoTime();
        long end = listening + TimeUnit.SECONDS.toNanos(120);
        while (!(acked(rig) > before)) {
          if (System.nanoTime() - end > 0) {
            throw new IOException("nothing is acknowledged after the broker came back");
          }
          PathRig.pause(5);
        }
        seconds[i] = (System.nanoTime() - listening) / 1e9;
        PathRig.pause(2_000);
      }
    }
    figures.tell("uplink-reconnect.first-puback", Figures.median(seconds), "s");
  }

  private static double acked(PathRig rig) throws IOException {
    return rig.scrape().sum(ACKED);
  }

  private static void awaitFlow(PathRig rig) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!rig.isUp() || !(acked(rig) > 0)) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("nothing is acknowledged within 60 s");
      }
      PathRig.pause(100);
    }
  }
}
