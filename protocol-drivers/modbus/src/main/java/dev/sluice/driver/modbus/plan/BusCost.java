package dev.sluice.driver.modbus.plan;

/**
 * What transactions cost of a medium's time.
 *
 * @param charNanos how long a byte of a message takes; 0 where the medium is not the limit
 * @param gapNanos silence that the protocol demands around a message
 * @param framingBytes of each message beside its PDU: address and check
 */
public record BusCost(long charNanos, long gapNanos, int framingBytes) {

  /** TCP: bytes cost nothing worth counting. */
  public static final BusCost NONE = new BusCost(0, 0, 0);

  /**
   * How long a transaction takes of the medium.
   *
   * @param requestBytes of the request's PDU
   * @param replyBytes of the reply's PDU
   * @param turnaroundNanos until the device begins to answer, at least the gap
   */
  public long transactionNanos(int requestBytes, int replyBytes, long turnaroundNanos) {
    return charNanos == 0
        ? 0
        : (requestBytes + replyBytes + 2L * framingBytes) * charNanos
            + Math.max(gapNanos, turnaroundNanos)
            + gapNanos;
  }
}
