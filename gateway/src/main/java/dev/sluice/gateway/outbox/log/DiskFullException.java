package dev.sluice.gateway.outbox.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No room on the device, or none left of the quota. */
public final class DiskFullException extends IOException {

  private static final long serialVersionUID = 1L;

  public DiskFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
