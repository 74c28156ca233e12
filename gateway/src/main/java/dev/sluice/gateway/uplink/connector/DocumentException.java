package dev.sluice.gateway.uplink.connector;

/** What came is no document that can be read; says what was found and where. */
public final class DocumentException extends Exception {

  private static final long serialVersionUID = 1L;

  DocumentException(String message) {
    super(message, null, false, false);
  }
}
