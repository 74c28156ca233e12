package dev.sluice.gateway.observe;

import dev.sluice.gateway.outbox.dead.DeadLetterStats;
import org.jspecify.annotations.Nullable;

/** What no broker took. */
final class DeadLetterMeters {

  private DeadLetterMeters() {}

  static void tell(@Nullable DeadLetterStats letters, Samples to) {
    if (letters == null) {
      return;
    }
    to.gauge("sluice.dead.letters", "", "Records kept that no broker took.", letters.letters());
    to.gauge("sluice.dead.letters.disk", "bytes", "On disk.", letters.bytes());
    to.gauge("sluice.dead.letters.damaged", "", "That cannot be read.", letters.damaged());
    to.gauge("sluice.dead.letters.locked", "", "Whose key is missing.", letters.locked());
    to.counter("sluice.dead.letters.kept", "", "Written.", letters.kept());
    to.counter(
        "sluice.dead.letters.evicted",
        "",
        "Gone by deadLetterBytes or for a full disk.",
        letters.evicted());
    to.counter("sluice.dead.letters.lost", "", "Records that could not be kept.", letters.lost());
    to.counter("sluice.dead.letters.resent", "", "Asked for and delivered.", letters.resent());
    to.counter(
        "sluice.dead.letters.refused", "", "Asked for and refused again.", letters.refused());
  }
}
