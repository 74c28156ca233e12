package dev.sluice.gateway.uplink;

import java.util.Map;

/**
 * How an uplink comes along; part of its snapshot.
 *
 * @param low the lowest seq not acknowledged
 * @param liveBacklog records of that lane not acknowledged
 * @param historyBacklog the same of the other; without a connection, all
 * @param liveRecords records acknowledged in full as live
 * @param historyRecords the same as history
 * @param gaps acknowledged announcements of records that this uplink does not get, by reason
 * @param gapReadings the readings in those records as far as known, by reason
 * @param throttledNanos how long something could have been sent but for a rate
 * @param pace messages per second to which the uplink keeps because the broker closed the
 *     connection when there were more; 0 for no such limit
 * @param inbound messages that came down, by what became of them
 */
public record UplinkFlow(
    long low,
    long liveBacklog,
    long historyBacklog,
    long liveRecords,
    long historyRecords,
    Map<String, Long> gaps,
    Map<String, Long> gapReadings,
    long throttledNanos,
    double pace,
    Map<String, Long> inbound) {

  public UplinkFlow {
    gaps = Map.copyOf(gaps);
    gapReadings = Map.copyOf(gapReadings);
    inbound = Map.copyOf(inbound);
  }
}
