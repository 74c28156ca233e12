package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.gateway.uplink.connector.Channel;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.Turns;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import java.time.Duration;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the primary host listens at the server of one connection. With several servers it is
 * looked for at one after the other: where it is offline, or nothing is said of it, nobody waits
 * long.
 */
final class PrimaryHost {

  private static final Logger LOG = LoggerFactory.getLogger(PrimaryHost.class);

  private final String uplink;
  private final String id;
  private final Duration patience;
  private final IntFunction<HostState> servers;
  private final Turns turns;
  private final Rejections rejections;
  private final Runnable online;
  private final Runnable offline;

  private @Nullable Channel channel;

  /** The newest of those that came before it was known which server says so. */
  private HostState.@Nullable State early;

  private boolean listens;
  private boolean stopped;

  /**
   * Of one connection.
   *
   * @param servers what each server, from 0, said in former connections
   * @param online told each time that it listens here
   * @param offline told each time that it does not, or that nothing is said of it for long
   */
  PrimaryHost(
      SparkplugForm form,
      IntFunction<HostState> servers,
      Turns turns,
      Rejections rejections,
      Runnable online,
      Runnable offline) {
    this.uplink = form.uplink();
    this.id = form.options().primaryHost();
    this.patience = form.options().primaryHostWait();
    this.servers = servers;
    this.turns = turns;
    this.rejections = rejections;
    this.online = online;
    this.offline = offline;
  }

  /** The connection stands; calls back at once when it is known already. */
  void open(Channel with) {
    channel = with;
    if (id.isEmpty()) {
      online.run();
      return;
    }
    HostState.State told = early;
    if (told != null) {
      judge(with, told);
    }
    if (!listens && !stopped) {
      with.hold("primary host " + id + " is offline");
      if (with.servers() > 1) {
        turns.later(patience, this::waited);
      }
    }
  }

  private void waited() {
    if (!listens && !stopped) {
      offline.run();
    }
  }

  boolean isState(Incoming message) {
    return !id.isEmpty() && message.topic().equals(Topics.state(id));
  }

  Verdict heard(Incoming message) {
    HostState.State state = HostState.read(message.payload());
    if (state == null) {
      rejections.add(Rejections.Reason.MALFORMED, message.topic(), "not a state of a host");
      return Verdict.MALFORMED;
    }
    Channel to = channel;
    if (to != null) {
      judge(to, state);
    } else if (early == null || state.timestamp() >= early.timestamp()) {
      early = state;
    }
    return Verdict.TAKEN;
  }

  private void judge(Channel to, HostState.State state) {
    switch (servers.apply(to.server()).take(state)) {
      case ONLINE -> {
        listens = true;
        online.run();
      }
      case OFFLINE -> {
        listens = false;
        offline.run();
      }
      case OLD ->
          LOG.atInfo()
              .addKeyValue("uplink", uplink)
              .addKeyValue("host", id)
              .log("older state of the primary host ignored");
    }
  }

  /** Nothing is told any more. */
  void stop() {
    stopped = true;
  }
}
