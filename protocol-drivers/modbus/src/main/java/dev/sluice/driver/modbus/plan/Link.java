package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.Poll;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.modbus.codec.Request;
import io.vertx.core.Future;

/**
 * A medium that blocks are read over: it puts a PDU into its frame, and knows what a transaction
 * costs. Lifecycle and threads as of {@link dev.sluice.driver.Line}.
 */
public interface Link {

  /**
   * Prepares the transaction that reads a block, with all bytes that can be known before it runs.
   */
  Poll prepare(Unit unit, Block block);

  /**
   * Runs a transaction.
   *
   * @param poll made by {@link #prepare} of this link
   */
  Future<PollResult> run(Poll poll, PollRequest request);

  /**
   * Sends any other request: a write, a question who the device is. To address 0 of a serial bus it
   * is a broadcast, which nobody answers.
   *
   * @return the checked reply; fails as {@link #run}
   */
  Future<Answer> send(Unit unit, Request request, PollRequest how);

  /** What transactions with a unit cost on this medium, with the pauses that it asks for. */
  BusCost cost(Unit unit);

  /** How long a unit takes to begin its answers: as measured, as configured before. */
  long turnaroundNanos(Unit unit);

  /** See {@link dev.sluice.driver.Line#connect()}. */
  Future<Void> connect();

  /** See {@link dev.sluice.driver.Line#concurrency()}. */
  int concurrency();

  /** See {@link dev.sluice.driver.Line#close()}. */
  Future<Void> close();
}
