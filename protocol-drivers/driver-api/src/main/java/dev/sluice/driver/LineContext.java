package dev.sluice.driver;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.net.InetAddress;

/** What the host lends to a line for its life. Used on the line's context only. */
public interface LineContext {

  Vertx vertx();

  /** The context that everything of this line runs on. */
  Context context();

  /**
   * The TCP client shared by all lines; the host holds it strongly. Lines connect through it and
   * never make or close one. Sockets that it hands out are the line's to close.
   */
  NetClient netClient();

  /**
   * Looks a host name up, by the JVM's resolver on a worker thread: it blocks for as long as the
   * name server likes, and connecting by name would do that on the event loop. Connect to what this
   * gives.
   *
   * @param host a name, or an address, which is given back
   * @return the address as text; fails with {@link java.net.UnknownHostException}
   */
  default Future<String> resolve(String host) {
    return vertx().executeBlocking(() -> InetAddress.getByName(host).getHostAddress(), false);
  }

  TimeSource time();

  /**
   * Tells the host that a connected line went down: the peer closed, the adapter was pulled. The
   * host calls {@link Line#connect()} again when it is time. Every poll in flight must have failed
   * with {@link PollFailure#LINE_DOWN} before. To be called once per successful connect at most,
   * and not after {@link Line#close()}.
   *
   * @param reason in words, for the log and the status page
   */
  void lost(String reason);

  /**
   * Counts something the line noticed that concerns no poll: a late, duplicate or unknown reply,
   * bytes thrown away while resynchronizing. Exported as a metric.
   *
   * @param event lower-case words joined by {@code _}, from a small fixed set of the driver
   * @param count how many, positive
   */
  void count(String event, long count);

  /**
   * Tells the host that what kept {@link Line#connect()} from succeeding has changed: the adapter
   * is plugged in again. The host then connects at once instead of waiting out its back-off. Of no
   * effect while the line is connected or connecting.
   */
  void available();
}
