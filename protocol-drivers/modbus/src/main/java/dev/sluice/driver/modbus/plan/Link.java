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
   *
   * @param unit address of the device, 0 to 255
   * @param timing what the device asks of the bus
   */
  Poll prepare(int unit, Block block, DeviceTiming timing);

  /**
   * Runs a transaction.
   *
   * @param poll made by {@link #prepare} of this link
   */
  Future<PollResult> run(Poll poll, PollRequest request);

  /**
   * Sends any other request: a write, a question who the device is.
   *
   * @param unit address of the device, 0 to 255; 0 is a broadcast on a serial bus, which nobody
   *     answers
   * @return the checked reply; fails as {@link #run}
   */
  Future<Answer> send(int unit, Request request, DeviceTiming timing, PollRequest how);

  /** What transactions cost on this medium. */
  BusCost cost();

  /**
   * How long a unit takes to begin its answers, as measured; its configured one before.
   *
   * @param timing of the device
   */
  long turnaroundNanos(int unit, DeviceTiming timing);

  /** See {@link dev.sluice.driver.Line#connect()}. */
  Future<Void> connect();

  /** See {@link dev.sluice.driver.Line#concurrency()}. */
  int concurrency();

  /** See {@link dev.sluice.driver.Line#close()}. */
  Future<Void> close();
}
