package dev.sluice.driver.modbus.tcp;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;

/** A request for one connection, and who waits for its reply. On the line's context. */
interface TcpTransaction {

  /** Whom it is sent to, 0 to 255. */
  int unit();

  /** The frame but for the transaction id, which is 0 here. Not to be changed. */
  byte[] frame();

  /** For people. */
  String describe();

  /**
   * Its reply came.
   *
   * @param bytes hold the PDU until the call returns
   * @throws PollException if the reply does not answer the request; {@link #fail} is next
   */
  void reply(byte[] bytes, int offset, int length, PollTiming timing) throws PollException;

  /** There is no reply, or none that answers. */
  void fail(Throwable cause);
}
