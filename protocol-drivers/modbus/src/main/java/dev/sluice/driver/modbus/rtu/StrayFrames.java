package dev.sluice.driver.modbus.rtu;

/** Whole frames among bytes that nobody waits for: replies that come late. */
final class StrayFrames {

  private static final int SHORTEST = 5;
  private static final int ECHOING_BYTES = 8;
  private static final int MASK_BYTES = 10;

  private StrayFrames() {}

  /**
   * The length of an RTU reply that begins at an offset, with a right checksum.
   *
   * @param end of the bytes
   * @return 0 if there is none
   */
  static int length(byte[] bytes, int at, int end) {
    if (end - at < SHORTEST) {
      return 0;
    }
    int function = bytes[at + 1] & 0xFF;
    int length =
        (function & 0x80) != 0
            ? SHORTEST
            : switch (function) {
              case 1, 2, 3, 4, 12, 17, 20, 21, 23 -> SHORTEST + (bytes[at + 2] & 0xFF);
              case 5, 6, 8, 11, 15, 16 -> ECHOING_BYTES;
              case 22 -> MASK_BYTES;
              default -> 0;
            };
    return length > 0 && at + length <= end && Crc16.isRight(bytes, at, length) ? length : 0;
  }
}
