package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says the states of the gateway and of attached devices, each no more often than it may be: what
 * changes meanwhile is said together. The time between two is counted from the acknowledgement, so
 * that the platform never sees them closer, however the network delays them.
 */
final class States {

  /** By this much a clock of the platform may run slower than ours. */
  private static final long MARGIN = TimeUnit.MILLISECONDS.toNanos(20);

  private final Sidestream side;
  private final Turns turns;
  private final LongSupplier nanos;
  private final long every;
  private final Map<String, Long> last;
  private final Function<String, @Nullable Buffer> content;
  private final Set<String> due = new HashSet<>();
  private final Map<String, Future<Void>> flying = new HashMap<>();
  private @Nullable Channel channel;
  private boolean stopped;

  /**
   * Of one connection.
   *
   * @param last when each was said the last time, also on a former connection
   * @param content what is so of a device now; null for nothing to be said
   */
  States(
      Sidestream side,
      Turns turns,
      LongSupplier nanos,
      Duration every,
      Map<String, Long> last,
      Function<String, @Nullable Buffer> content) {
    this.side = side;
    this.turns = turns;
    this.nanos = nanos;
    this.every = every.toNanos() + MARGIN;
    this.last = last;
    this.content = content;
  }

  void open(Channel with) {
    channel = with;
  }

  /** Something of it is news. */
  void changed(String id) {
    if (due.add(id) && !flying.containsKey(id)) {
      wait(id);
    }
  }

  private void wait(String id) {
    Long said = last.get(id);
    long left = said == null ? 0 : said + every - nanos.getAsLong();
    if (left <= 0) {
      side.add(() -> say(id));
    } else {
      turns.later(Duration.ofNanos(left + 999_999), () -> side.add(() -> say(id)));
    }
  }

  private void say(String id) {
    due.remove(id);
    Buffer state = content.apply(id);
    if (stopped || channel == null || state == null) {
      return;
    }
    last.put(id, nanos.getAsLong());
    Future<Void> said = channel.publish(new Publication(Topics.state(id), state, false));
    flying.put(id, said);
    said.onSuccess(ignored -> landed(id));
  }

  private void landed(String id) {
    flying.remove(id);
    last.put(id, nanos.getAsLong());
    if (due.contains(id) && !stopped) {
      wait(id);
    }
  }

  /** The platform does not take it. */
  void refused(String id) {
    Future<Void> said = flying.remove(id);
    if (said != null && channel != null) {
      channel.withdraw(said);
    }
  }

  void stop() {
    stopped = true;
  }
}
