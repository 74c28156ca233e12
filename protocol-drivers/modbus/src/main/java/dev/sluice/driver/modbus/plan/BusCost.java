package dev.sluice.driver.modbus.plan;

/**
 * What transactions cost of a medium's time.
 *
 * @param charNanos how long a byte of a message takes; 0 where the medium is not the limit
 * @param gapNanos silence that the protocol demands around a message
 * @param framingBytes of each message beside its PDU: address and check
 * @param silenceNanos between two transactions: the gap, or more where a device asks for it
 */
public record BusCost(long charNanos, long gapNanos, int framingBytes, long silenceNanos) {

  /** TCP: bytes cost nothing worth counting. */
  public static final BusCost NONE = new BusCost(0, 0, 0);

  /** With devices that ask for nothing beyond the protocol. */
  public BusCost(long charNanos, long gapNanos, int framingBytes) {
    this(charNanos, gapNanos, framingBytes, gapNanos);
  }

  /**
   * The same with a device that asks for pauses. What is silence after one of its transactions is
   * silence before the next one, too, so the longer pause counts, and once.
   */
  public BusCost with(DeviceTiming device) {
    long pause = Math.max(device.pauseBefore().toNanos(), device.pauseAfter().toNanos());
    return new BusCost(charNanos, gapNanos, framingBytes, Math.max(gapNanos, pause));
  }

  /**
   * How long a transaction takes of the medium.
   *
   * @param requestBytes of the request's PDU
   * @param replyBytes of the reply's PDU
   * @param turnaroundNanos until the device begins to answer, at least the gap
   */
  public long transactionNanos(int requestBytes, int replyBytes, long turnaroundNanos) {
    return charNanos == 0
        ? silenceNanos
        : (requestBytes + replyBytes + 2L * framingBytes) * charNanos
            + Math.max(gapNanos, turnaroundNanos)
            + silenceNanos;
  }
}
