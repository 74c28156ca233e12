package dev.sluice.gateway.uplink.connector;

import org.jspecify.annotations.Nullable;

/** A record that cannot be sent, now or ever; the message says why. */
public final class RenderException extends Exception {

  private static final long serialVersionUID = 1L;

  public RenderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
