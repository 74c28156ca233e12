package dev.sluice.driver.testkit;

import io.vertx.core.Future;

/**
 * What is at the other end of the line in a test: a simulated device that speaks the protocol
 * right. What goes wrong is the {@link FaultProxy}'s part.
 *
 * <p>It serves rounds: in each round every value differs from that of the rounds beside it, so that
 * an answer taken for another one shows.
 */
public interface DriverPeer {

  /**
   * Starts to listen, serving round 1.
   *
   * @return its port on 127.0.0.1
   */
  Future<Integer> start();

  /**
   * Serves the values of another round. A device that sends by itself sends them once, now, and to
   * each new connection.
   *
   * @param round 1 or 2
   * @return completes when requests that arrive from now on are answered with them
   */
  Future<Void> serve(int round);

  Future<Void> stop();
}
