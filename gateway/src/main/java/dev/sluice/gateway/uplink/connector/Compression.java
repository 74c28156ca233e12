package dev.sluice.gateway.uplink.connector;

/** Whether payloads are compressed, and how. */
public enum Compression {
  NONE,
  /** One gzip member per message (RFC 1952), level 6: what everybody can read. */
  GZIP,
  /** One zstd frame per message, level 1; its content size is told in the frame. */
  ZSTD
}
