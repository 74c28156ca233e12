package dev.sluice.gateway.uplink;

/** Whether payloads are compressed. */
public enum Compression {
  NONE,
  /** One zstd frame per message, level 1; its content size is told in the frame. */
  ZSTD
}
