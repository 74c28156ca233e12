package dev.sluice.gateway.uplink.mqtt;

import org.jspecify.annotations.Nullable;

/** A connection that did not come about, or that ended; the message is for people. */
public final class LinkException extends Exception {

  private static final long serialVersionUID = 1L;

  private final LinkFailure failure;

  /**
   * Why.
   *
   * @param detail what the sentence of the failure does not say; may be empty
   */
  public LinkException(LinkFailure failure, String detail, @Nullable Throwable cause) {
    super(failure.sentence() + (detail.isEmpty() ? "" : " (" + detail + ")"), cause);
    this.failure = failure;
  }

  public LinkFailure failure() {
    return failure;
  }
}
