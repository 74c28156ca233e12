package dev.sluice.driver;

/**
 * A poll that brought no values. Carries no stack trace: it tells about the field, not about the
 * program.
 */
public final class PollException extends Exception {

  private static final long serialVersionUID = 1L;

  private final PollFailure failure;
  private final Quality quality;
  private final long busNanos;
  private final long quietNanos;

  /**
   * A failure with all that the host and the owner need to know.
   *
   * @param failure what the host acts on
   * @param quality what the points of the poll are marked with; not {@link Quality#GOOD}
   * @param message in words and with the bytes or codes that were found and expected
   */
  public PollException(PollFailure failure, Quality quality, String message) {
    this(failure, quality, message, 0, 0);
  }

  /**
   * A failure on a medium whose time is counted.
   *
   * @param failure what the host acts on
   * @param quality what the points of the poll are marked with; not {@link Quality#GOOD}
   * @param message in words and with the bytes or codes that were found and expected
   * @param busNanos how long the medium was taken; 0 if that is not known
   * @param quietNanos for how long from now the host does well not to ask this device anything,
   *     because a late reply may still come; asked earlier, the driver would only wait
   */
  public PollException(
      PollFailure failure, Quality quality, String message, long busNanos, long quietNanos) {
    super(message, null, false, false);
    if (quality == Quality.GOOD) {
      throw new IllegalArgumentException("BUG: a failed poll with good quality: " + message);
    }
    this.failure = failure;
    this.quality = quality;
    this.busNanos = busNanos;
    this.quietNanos = quietNanos;
  }

  public PollFailure failure() {
    return failure;
  }

  public Quality quality() {
    return quality;
  }

  /** How long the medium was taken, in nanoseconds; 0 if that is not known. */
  public long busNanos() {
    return busNanos;
  }

  /** For how long the device should be left alone, in nanoseconds; mostly 0. */
  public long quietNanos() {
    return quietNanos;
  }
}
