package dev.sluice.gateway.uplink;

/**
 * What an uplink lets in of what comes down; the rest is dropped and counted.
 *
 * @param maxBytes topic and payload of one message, 1 KiB to 4 MiB
 * @param rate messages per second, 1 to 10,000; twice as many may come at once
 */
public record InboundOptions(int maxBytes, int rate) {

  public static final InboundOptions DEFAULTS = new InboundOptions(256 << 10, 50);

  void check(UplinkProblems problems) {
    problems.within("inbound/maxBytes", maxBytes, 1 << 10, 4 << 20);
    problems.within("inbound/rate", rate, 1, 10_000);
  }
}
