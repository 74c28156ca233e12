package dev.sluice.gateway.uplink;

import dev.sluice.gateway.outbox.CursorStart;

/**
 * What an uplink sends first, and how fast. Rates are kept over any second or longer; shorter than
 * that, a tenth of a second's worth may go at once.
 *
 * @param start where an uplink that the outbox does not know begins
 * @param order of the lanes
 * @param historyShare percent of the messages that history is given, and limited to, while both
 *     lanes have something to send, 0 to 90; while live has nothing, history has all
 * @param total of both lanes
 * @param history of that lane alone, within the total
 * @param paceFloor messages per second below which an uplink does not slow down, however often the
 *     broker closes the connection under load; 0 for never slowing down
 * @param inbound bounds of what comes down
 */
public record FlowOptions(
    CursorStart start,
    Order order,
    int historyShare,
    RateLimit total,
    RateLimit history,
    int paceFloor,
    InboundOptions inbound) {

  private static final int PACE_FLOOR = 10;

  /** With the defaults for what nobody needs to think of. */
  public FlowOptions(
      CursorStart start, Order order, int historyShare, RateLimit total, RateLimit history) {
    this(start, order, historyShare, total, history, PACE_FLOOR, InboundOptions.DEFAULTS);
  }

  /** New uplinks start now; live first, a quarter for history, no limits. */
  public static final FlowOptions DEFAULTS =
      new FlowOptions(CursorStart.NOW, Order.LIVE_FIRST, 25, RateLimit.NONE, RateLimit.NONE);

  void check(UplinkProblems problems) {
    problems.within("historyShare", historyShare, 0, 90);
    problems.within("maxMessageRate", total.messages(), 0, RateLimit.MOST_MESSAGES);
    problems.within("maxByteRate", total.bytes(), 0, RateLimit.MOST_BYTES);
    problems.within("historyMessageRate", history.messages(), 0, RateLimit.MOST_MESSAGES);
    problems.within("historyByteRate", history.bytes(), 0, RateLimit.MOST_BYTES);
    problems.within("paceFloor", paceFloor, 0, RateLimit.MOST_MESSAGES);
    inbound.check(problems);
  }
}
