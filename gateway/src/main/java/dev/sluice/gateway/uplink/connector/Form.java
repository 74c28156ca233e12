package dev.sluice.gateway.uplink.connector;

/** In what language messages are written; what they say is the same in each. */
public enum Form {
  /** RFC 8259. */
  JSON,
  /** RFC 8949, the same keys; see the documentation of this package. */
  CBOR
}
