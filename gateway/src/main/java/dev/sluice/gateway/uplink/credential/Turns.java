package dev.sluice.gateway.uplink.credential;

import org.jspecify.annotations.Nullable;

/**
 * Whether the newest credentials are shown or the former ones. What has connected once is proven;
 * what came after it is a candidate, and takes turns with it for as long as it is refused. Not
 * thread-safe.
 */
final class Turns {

  private @Nullable Shown newest;
  private @Nullable Shown proven;
  private boolean former;
  private boolean refused;

  /** What the files say now. */
  void found(Shown now) {
    if (!now.same(newest)) {
      newest = now;
      former = false;
      refused = false;
    }
  }

  /** For the next attempt; null before anything was found. */
  @Nullable Shown next() {
    return former ? proven : newest;
  }

  /** They connected. */
  void connected(Shown with) {
    if (with.same(newest)) {
      proven = newest;
      former = false;
      refused = false;
    } else if (with.same(proven)) {
      former = false; // and should it be lost, the newest have another chance
    }
  }

  /**
   * They were refused.
   *
   * @return whether the former ones are tried next
   */
  boolean refused(Shown with) {
    if (newest == null || proven == null || newest.same(proven)) {
      return false;
    }
    refused |= with.same(newest);
    former = with.same(newest);
    return former;
  }

  /** Whether the next attempt is made with the former ones. */
  boolean former() {
    return former;
  }

  /** Whether the newest were refused, and have not connected since. */
  boolean newestRefused() {
    return refused;
  }
}
