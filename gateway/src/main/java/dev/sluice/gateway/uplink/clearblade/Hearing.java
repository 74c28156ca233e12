package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Turns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Subscribes to what attached devices are told, a few of them at a time. */
final class Hearing {

  /** Devices in one question. */
  private static final int ABREAST = 10;

  /** Somebody else may be asking. */
  private static final Duration AGAIN = Duration.ofMillis(200);

  private final Turns turns;
  private final Troubles troubles;
  private final Deque<String> waiting = new ArrayDeque<>();
  private @Nullable Channel channel;
  private boolean asking;
  private boolean stopped;

  Hearing(Turns turns, Troubles troubles) {
    this.turns = turns;
    this.troubles = troubles;
  }

  void open(Channel with) {
    channel = with;
  }

  /** The device is attached. */
  void add(String id) {
    waiting.add(id);
    later();
  }

  void stop() {
    stopped = true;
  }

  private void later() {
    if (!asking && !waiting.isEmpty()) {
      asking = true;
      turns.later(AGAIN, this::ask);
    }
  }

  private void ask() {
    Channel to = channel;
    if (stopped || to == null) {
      return;
    }
    var devices = new ArrayList<String>();
    var filters = new ArrayList<String>();
    while (devices.size() < ABREAST && !waiting.isEmpty()) {
      String id = waiting.remove();
      devices.add(id);
      filters.addAll(Topics.heardBy(id));
    }
    to.subscribe(filters)
        .onSuccess(this::answered)
        .onFailure(
            busy -> {
              devices.forEach(waiting::addFirst);
              asking = false;
              later();
            });
  }

  private void answered(List<String> refused) {
    asking = false;
    for (String filter : refused) {
      troubles.add(Troubles.Kind.SUBSCRIBE_REFUSED, filter, "the platform does not let us hear it");
    }
    later();
  }
}
