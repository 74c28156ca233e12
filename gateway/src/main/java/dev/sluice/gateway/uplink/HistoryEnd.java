package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.Lane;

/** Notices when the last of history has arrived, and says so once. */
final class HistoryEnd {

  private int inFlight;
  private boolean told;

  /** History begins, or begins again. */
  void begin() {
    told = false;
  }

  /** Nothing is in flight any more. */
  void reset() {
    inFlight = 0;
  }

  void sending(Pending pending) {
    inFlight += pending.lane == Lane.HISTORY ? 1 : 0;
  }

  void arrived(Pending pending) {
    inFlight -= pending.lane == Lane.HISTORY ? 1 : 0;
  }

  /**
   * Looks again.
   *
   * @param left whether the lane has something that is not in flight yet
   * @return whether it was told just now
   */
  boolean look(boolean left, Conversation form) {
    if (!told && inFlight == 0 && !left) {
      told = true;
      form.historyDone();
      return true;
    }
    return false;
  }
}
