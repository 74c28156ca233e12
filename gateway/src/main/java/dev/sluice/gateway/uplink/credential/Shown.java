package dev.sluice.gateway.uplink.credential;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the broker is shown to be let in. */
record Shown(@Nullable Identity identity, @Nullable String password) {

  boolean same(@Nullable Shown other) {
    return other != null
        && Objects.equals(print(), other.print())
        && Objects.equals(password, other.password);
  }

  private @Nullable String print() {
    return identity == null ? null : identity.print();
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return identity == null ? "no certificate" : "a certificate";
  }
}
