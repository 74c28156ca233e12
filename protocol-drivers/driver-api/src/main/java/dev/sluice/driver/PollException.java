package dev.sluice.driver;

/**
 * A poll that brought no values. Carries no stack trace: it tells about the field, not about the
 * program.
 */
public final class PollException extends Exception {

  private static final long serialVersionUID = 1L;

  private final PollFailure failure;
  private final Quality quality;

  /**
   * A failure with all that the host and the owner need to know.
   *
   * @param failure what the host acts on
   * @param quality what the points of the poll are marked with; not {@link Quality#GOOD}
   * @param message in words and with the bytes or codes that were found and expected
   */
  public PollException(PollFailure failure, Quality quality, String message) {
    super(message, null, false, false);
    if (quality == Quality.GOOD) {
      throw new IllegalArgumentException("BUG: a failed poll with good quality: " + message);
    }
    this.failure = failure;
    this.quality = quality;
  }

  public PollFailure failure() {
    return failure;
  }

  public Quality quality() {
    return quality;
  }
}
