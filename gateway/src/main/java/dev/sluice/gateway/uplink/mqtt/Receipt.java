package dev.sluice.gateway.uplink.mqtt;

/**
 * The acknowledgment of a message from the broker. It goes when who hears of the message returns,
 * unless that one puts it off: then a broker that keeps the session brings the message again after
 * a connection in which it was not sent. Of the context of its session.
 */
public final class Receipt {

  private final Runnable due;
  private boolean putOff;
  private boolean sent;

  /**
   * One that is owed.
   *
   * @param due called once, when it may go
   */
  public Receipt(Runnable due) {
    this.due = due;
  }

  /** It does not go by itself; only while the message is being heard. */
  public void putOff() {
    putOff = true;
  }

  /**
   * It goes now, or as soon as those before it went (MQTT 3.1.1, 4.6). Nothing when it went before,
   * or when the connection is over.
   */
  public void send() {
    if (!sent) {
      sent = true;
      due.run();
    }
  }

  boolean isSent() {
    return sent;
  }

  /** Who heard of the message returned; said by whoever told of it. */
  public void heard() {
    if (!putOff) {
      send();
    }
  }
}
