package dev.sluice.gateway.uplink.connector;

import java.util.Locale;

/** In what language messages are written; see the documentation of this package. */
public enum Form {
  /** RFC 8259. */
  JSON,
  /** RFC 8949, the same keys. */
  CBOR,
  /** RFC 8428, 5. */
  SENML_JSON,
  /** RFC 8428, 6. */
  SENML_CBOR,
  /** One small JSON object per value, on a topic of its own. */
  VALUE,
  /** The bare text of a value, on a topic of its own. */
  PLAIN;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /**
   * By its word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Form of(String word) {
    for (Form form : values()) {
      if (form.word.equals(word)) {
        return form;
      }
    }
    throw new IllegalArgumentException("no form '" + word + "'");
  }

  /** As configured, and as part of topics. */
  public String word() {
    return word;
  }

  /** Whether each value is a message of its own. */
  public boolean isPerPoint() {
    return this == VALUE || this == PLAIN;
  }

  boolean isCbor() {
    return this == CBOR || this == SENML_CBOR;
  }
}
