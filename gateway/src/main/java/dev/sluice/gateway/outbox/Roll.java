package dev.sluice.gateway.outbox;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The uplinks that are configured, and every outbox in which each must have a cursor before records
 * come there: those in use, and those that are about to be. Thread-safe; whoever changes the one
 * and whoever changes the other come one after the other, so that none misses the other.
 */
final class Roll {

  private final Set<Outbox> coming = new HashSet<>();
  private Map<String, CursorStart> uplinks;
  private volatile @Nullable Kept kept;

  Roll(Map<String, CursorStart> uplinks) {
    this.uplinks = Map.copyOf(uplinks);
  }

  @Nullable Kept kept() {
    return kept;
  }

  /** It hears of every change from now on; completes when it has the cursors of now. */
  synchronized Future<Outbox> joined(Outbox outbox) {
    coming.add(outbox);
    return outbox.join(uplinks).map(outbox).onFailure(cause -> gone(outbox));
  }

  /** Records are kept there from now on. */
  synchronized void keep(Kept now) {
    kept = now;
    coming.removeAll(now.all());
  }

  /** It will not be in use. */
  synchronized void gone(Outbox outbox) {
    coming.remove(outbox);
  }

  /** These are configured from now on; the result of joining, one for each outbox. */
  synchronized List<Future<Void>> configured(Map<String, CursorStart> starts) {
    uplinks = Map.copyOf(starts);
    return everywhere(outbox -> outbox.join(starts));
  }

  /** What each outbox says to that. */
  synchronized List<Future<Void>> everywhere(Function<Outbox, Future<Void>> ask) {
    Set<Outbox> all = new HashSet<>(coming);
    Kept now = kept;
    if (now != null) {
      all.addAll(now.all());
    }
    List<Future<Void>> answers = new ArrayList<>();
    all.forEach(outbox -> answers.add(ask.apply(outbox)));
    return answers;
  }
}
