package dev.sluice.gateway.observe;

import dev.sluice.gateway.uplink.UplinkFlow;
import dev.sluice.gateway.uplink.UplinkStats;
import dev.sluice.gateway.uplink.credential.CredentialStats;
import java.util.Collection;

/** Uplinks. */
final class UplinkMeters {

  private static final double MILLIS = 1e3;
  private static final String COMPLAINTS = "Of the platform, connection kept.";
  private static final double NANOS = 1e9;

  private UplinkMeters() {}

  static void tell(Collection<UplinkStats> uplinks, Samples samples) {
    for (UplinkStats uplink : uplinks) {
      var to = new OfOne(uplink.id(), samples);
      boolean connected = uplink.state() == UplinkStats.State.CONNECTED;
      to.gauge("connected", "", "1 when the broker has accepted us.", connected ? 1 : 0);
      to.counter("attempts", "", "To connect.", uplink.attempts());
      to.counter("connects", "", "Attempts that succeeded.", uplink.connects());
      uplink
          .failures()
          .forEach(
              (reason, n) ->
                  samples.counter(
                      "sluice.uplink.failures",
                      "",
                      "Attempts and connections that failed.",
                      n,
                      "uplink",
                      uplink.id(),
                      "reason",
                      reason));
      to.counter("published.messages", "", "Handed to a connection.", uplink.published());
      to.counter("published", "bytes", "Their payloads.", uplink.publishedBytes());
      to.counter("acked.messages", "", "Acknowledged by the broker.", uplink.acked());
      to.counter("acked.records", "", "Records acknowledged in full.", uplink.ackedRecords());
      to.counter("resent.messages", "", "Of records sent before.", uplink.resent());
      to.counter("stray.acks", "", "For messages not in flight.", uplink.strayAcks());
      to.gauge("in.flight.messages", "", "Not acknowledged yet.", uplink.inFlightMessages());
      to.gauge("in.flight", "bytes", "Not acknowledged yet.", uplink.inFlightBytes());
      to.counter("refused.records", "", "Set aside and announced as gaps.", uplink.refused());
      to.counter("lost.values", "", "That no message held or nobody took.", uplink.losses());
      to.counter("read.failures", "", "Reads of the outbox that failed.", uplink.readFailures());
      to.gauge("backlog.records", "", "Not acknowledged.", uplink.backlog());
      double lag = uplink.lagMillis() < 0 ? Double.NaN : uplink.lagMillis() / MILLIS;
      flow(uplink, to);
      uplink
          .complaints()
          .forEach((word, n) -> to.counter("complaints", COMPLAINTS, n, "complaint", word));
      credentials(uplink.credentials(), to);
      to.gauge("server", "", "Which of its servers, from 0.", uplink.server().index());
      String loopback = uplink.server().loopback();
      to.gauge("loopback", "1 for what the check found.", 1, "outcome", loopback);
      to.gauge("lag", "seconds", "Age of the oldest of them; NaN when not known.", lag);
    }
  }

  private static void credentials(CredentialStats is, OfOne to) {
    is.certificates()
        .forEach(
            one ->
                to.gauge(
                    "certificate.expiry.seconds",
                    "Until it expires; negative when it has.",
                    one.leftMillis() / MILLIS,
                    "certificate",
                    one.whose()));
    to.gauge(
        "credential.problem", "", "1 when files cannot be used.", is.problem().isEmpty() ? 0 : 1);
    to.gauge("credential.rejected", "", "1 when the newest were refused.", is.rejected() ? 1 : 0);
    to.counter("credential.reloads", "", "Files with something new.", is.reloads());
    to.counter("credential.failures", "", "Files became unusable.", is.failures());
    to.counter("credential.rollbacks", "", "The former were used again.", is.rollbacks());
  }

  private static void flow(UplinkStats uplink, OfOne to) {
    UplinkFlow flow = uplink.flow();
    to.gauge("low.seq", "", "The lowest not acknowledged.", flow.low());
    String waits = "Not acknowledged, by lane.";
    to.gauge("lane.backlog.records", waits, flow.liveBacklog(), "lane", "live");
    to.gauge("lane.backlog.records", waits, flow.historyBacklog(), "lane", "history");
    String came = "Acknowledged in full, by lane.";
    to.counter("lane.acked.records", came, flow.liveRecords(), "lane", "live");
    to.counter("lane.acked.records", came, flow.historyRecords(), "lane", "history");
    flow.gaps()
        .forEach((why, n) -> to.counter("gaps", "Acknowledged, by reason.", n, "reason", why));
    flow.gapReadings()
        .forEach((why, n) -> to.counter("gap.readings", "In what gaps name.", n, "reason", why));
    to.counter(
        "throttled",
        "seconds",
        "In which something could have been sent but for a rate.",
        flow.throttledNanos() / NANOS);
    to.gauge("pace.messages.per.second", "", "That the broker puts up with; 0: all.", flow.pace());
    flow.inbound()
        .forEach((result, n) -> to.counter("inbound", "That came down.", n, "result", result));
  }

  private record OfOne(String id, Samples samples) {

    void counter(String name, String help, double value, String tag, String of) {
      samples.counter("sluice.uplink." + name, "", help, value, "uplink", id, tag, of);
    }

    void gauge(String name, String help, double value, String tag, String of) {
      samples.gauge("sluice.uplink." + name, "", help, value, "uplink", id, tag, of);
    }

    void counter(String name, String unit, String help, double value) {
      samples.counter("sluice.uplink." + name, unit, help, value, "uplink", id);
    }

    void gauge(String name, String unit, String help, double value) {
      samples.gauge("sluice.uplink." + name, unit, help, value, "uplink", id);
    }
  }
}
