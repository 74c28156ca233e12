package dev.sluice.gateway.outbox.log;

import java.io.IOException;

/** What is sealed with a key that is not here: nothing is wrong with it. */
public final class KeyMissingException extends IOException {

  private static final long serialVersionUID = 1;

  private final String keyId;

  KeyMissingException(String keyId) {
    super("key " + keyId + " is missing");
    this.keyId = keyId;
  }

  /** Of the key that is needed, as in {@link Keys#ids}. */
  public String keyId() {
    return keyId;
  }
}
