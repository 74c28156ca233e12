package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Lane;
import org.jspecify.annotations.Nullable;

/**
 * Which lane the next message comes from. Of the messages that go while both lanes could send,
 * history gets its share to the message, however small the window or the rate is. Not thread-safe.
 */
final class LaneChoice {

  private static final int WHOLE = 100;

  private final Order order;
  private final int historyShare;

  /** What history has saved up, in hundredths of a message. */
  private int credit;

  LaneChoice(Order order, int historyShare) {
    this.order = order;
    this.historyShare = historyShare;
  }

  /** Null when neither can. With oldest first, live waits for all of history. */
  @Nullable Lane next(boolean live, boolean history, boolean historyLeft) {
    if (order == Order.OLDEST_FIRST) {
      return history ? Lane.HISTORY : live && !historyLeft ? Lane.LIVE : null;
    }
    if (live && history) {
      return credit + historyShare >= WHOLE ? Lane.HISTORY : Lane.LIVE;
    }
    return live ? Lane.LIVE : history ? Lane.HISTORY : null;
  }

  /** A message went while both lanes could send. */
  void sentWhileBoth(Lane lane) {
    credit += historyShare - (lane == Lane.HISTORY ? WHOLE : 0);
  }
}
