package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import io.vertx.core.Future;

/**
 * A medium that blocks are read over: it puts a PDU into its frame, and knows what a transaction
 * costs. Lifecycle and threads as of {@link dev.sluice.driver.Line}.
 */
public interface Link {

  /**
   * Prepares the transaction that reads a block, with all bytes that can be known before it runs.
   *
   * @param unit address of the device, 0 to 255
   */
  Poll prepare(int unit, Block block);

  /**
   * Runs a transaction.
   *
   * @param poll made by {@link #prepare} of this link
   */
  Future<PollResult> run(Poll poll, PollRequest request);

  /** See {@link dev.sluice.driver.Line#connect()}. */
  Future<Void> connect();

  /** See {@link dev.sluice.driver.Line#concurrency()}. */
  int concurrency();

  /** See {@link dev.sluice.driver.Line#close()}. */
  Future<Void> close();
}
