package dev.sluice.gateway.uplink.credential;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the files said: each part as it was read last with success.
 *
 * @param problem the last one found; null for none
 */
record Reading(
    @Nullable Authorities authorities,
    @Nullable Identity identity,
    @Nullable String password,
    @Nullable CredentialException problem) {

  static final Reading NOTHING = new Reading(null, null, null, null);

  /** Reads the files again; blocks. */
  Reading again(CredentialOptions options, @Nullable TlsReader tls) {
    Path file = options.passwordFile();
    Authorities trusted = authorities;
    Identity shown = identity;
    String secret = file == null ? options.password() : password;
    CredentialException found = null;
    if (tls != null) {
      try {
        trusted = tls.authorities(trusted);
      } catch (CredentialException e) {
        found = e;
      }
      try {
        shown = tls.identity(shown);
      } catch (CredentialException e) {
        found = e;
      }
    }
    if (file != null) {
      try {
        secret = PasswordFile.read(file);
      } catch (CredentialException e) {
        found = e;
      }
    }
    return new Reading(trusted, shown, secret, found);
  }

  /** Whether an attempt can be made with it. */
  boolean complete(CredentialOptions options) {
    TlsOptions tls = options.tls();
    return (tls == null || authorities != null)
        && (tls == null || !tls.shows() || identity != null)
        && (options.passwordFile() == null || password != null);
  }

  Shown shown() {
    return new Shown(identity, password);
  }

  /** Whether the files held the same. */
  boolean same(Reading other) {
    String print = authorities == null ? "" : authorities.print();
    String before = other.authorities == null ? "" : other.authorities.print();
    return print.equals(before) && shown().same(other.shown());
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return "reading with " + shown();
  }
}
