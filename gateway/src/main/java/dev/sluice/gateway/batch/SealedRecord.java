package dev.sluice.gateway.batch;

/** A data record ready to be stored. */
final class SealedRecord {

  private final byte[] payload;
  private final int unpackedBytes;
  private final int readings;

  SealedRecord(byte[] payload, int unpackedBytes, int readings) {
    this.payload = payload;
    this.unpackedBytes = unpackedBytes;
    this.readings = readings;
  }

  byte[] payload() {
    return payload;
  }

  int unpackedBytes() {
    return unpackedBytes;
  }

  int readings() {
    return readings;
  }
}
