package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.gateway.uplink.connector.Turns;
import java.time.Duration;

/**
 * Requests to tell everything anew. The first one is granted at once; those within a time after it
 * together once, when that has passed: the last one is never dropped.
 */
final class Rebirths {

  private final Turns turns;
  private final Duration every;
  private final Runnable grant;
  private boolean quiet;
  private boolean wanted;
  private boolean stopped;

  Rebirths(Turns turns, Duration every, Runnable grant) {
    this.turns = turns;
    this.every = every;
    this.grant = grant;
  }

  void request() {
    if (stopped) {
      return;
    }
    if (quiet) {
      wanted = true;
      return;
    }
    if (!every.isZero()) {
      quiet = true;
      turns.later(every, this::over);
    }
    grant.run();
  }

  private void over() {
    quiet = false;
    if (wanted) {
      wanted = false;
      request();
    }
  }

  void stop() {
    stopped = true;
  }
}
