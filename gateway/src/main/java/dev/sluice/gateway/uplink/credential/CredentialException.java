package dev.sluice.gateway.uplink.credential;

import org.jspecify.annotations.Nullable;

/** A file that cannot be used; the message names it and says what to do, and quotes nothing. */
public final class CredentialException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean password;

  CredentialException(String message, boolean password, @Nullable Throwable cause) {
    super(message, cause);
    this.password = password;
  }

  /** Whether it is the password file, and not one for TLS. */
  public boolean isPassword() {
    return password;
  }
}
