package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.uplink.mqtt.LinkException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.Future;
import java.util.List;

/**
 * What a conversation may do with its connection. Of the context of the uplink; after the end of
 * the connection nothing happens any more.
 */
public interface Channel {

  /**
   * Sends at once, beside the records and ahead of those that wait. There is no bound but good
   * sense: these are births, states and answers, not data.
   *
   * @return completes when the broker has it; not at all when the connection ends before
   */
  Future<Void> publish(Publication message);

  /**
   * The other side said in another way that it does not take a message: its acknowledgement is not
   * waited for any more.
   *
   * @param publication what {@link #publish} returned for it; does not complete then
   */
  default void withdraw(Future<Void> publication) {}

  /**
   * Subscribes at QoS 1 to more than {@link Conversation#subscriptions}.
   *
   * @return the filters that were refused; fails when somebody is asking just now
   */
  default Future<List<String>> subscribe(List<String> filters) {
    return Future.failedFuture("no more than the subscriptions of the conversation");
  }

  /** Wall clock, milliseconds since 1970. */
  long nowMillis();

  /** Records may flow from now on, those of the live lane and of history. */
  void ready();

  /**
   * No record is rendered until {@link #ready}; what was rendered before waits.
   *
   * @param why in a sentence, for the status of the uplink
   */
  void hold(String why);

  /** Which server of the list this connection is to, from 0. */
  default int server() {
    return 0;
  }

  /** How many servers there are. */
  default int servers() {
    return 1;
  }

  /** Ends the connection; the next attempt follows the usual rules, with the next server. */
  void end(LinkException why);
}
