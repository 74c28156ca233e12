package dev.sluice.gateway.outbox;

import org.jspecify.annotations.Nullable;

/** The outbox cannot do what was asked; the message is for people and says what to do about it. */
public final class OutboxException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Another process, named in the message, has the directory. */
    LOCKED,
    /** The directory was written by a newer version; it was left as it is. */
    NEWER_FORMAT,
    /** The disk failed, or it does not let us. */
    DISK,
    /** More waits to become durable than {@link OutboxOptions#maxPending()}. */
    FULL,
    /** The payload is larger than {@link OutboxOptions#maxPayload()}. */
    TOO_LARGE,
    /** Bytes that should be a gap record are not. */
    FORMAT,
    /** The outbox is closed. */
    CLOSED
  }

  private final Reason reason;

  OutboxException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  OutboxException(Reason reason, String message) {
    this(reason, message, null);
  }

  public Reason reason() {
    return reason;
  }
}
