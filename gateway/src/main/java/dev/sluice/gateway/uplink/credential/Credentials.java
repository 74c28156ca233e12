package dev.sluice.gateway.uplink.credential;

import org.jspecify.annotations.Nullable;

/** What one attempt is made with. */
public final class Credentials {

  private final @Nullable TlsMaterial tls;
  private final Shown shown;

  Credentials(@Nullable TlsMaterial tls, Shown shown) {
    this.tls = tls;
    this.shown = shown;
  }

  /** Null for a connection that is not encrypted. */
  public @Nullable TlsMaterial tls() {
    return tls;
  }

  /** Null for none. */
  public @Nullable String password() {
    return shown.password();
  }

  /** Whether the broker may see a certificate of this client. */
  public boolean showsCertificate() {
    return tls != null && tls.shows();
  }

  Shown shown() {
    return shown;
  }
}
