package dev.sluice.driver.modbus.rtu;

/** The checksum of RTU frames: CRC-16 with polynomial 0xA001 reflected, begun with 0xFFFF. */
final class Crc16 {

  private static final int[] TABLE = table();

  private Crc16() {}

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0xA001;
      }
      table[i] = crc;
    }
    return table;
  }

  static int of(byte[] bytes, int offset, int length) {
    int crc = 0xFFFF;
    for (int i = offset; i < offset + length; i++) {
      crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]) & 0xFF];
    }
    return crc;
  }

  /** Whether the last two of these bytes are the checksum of those before. */
  static boolean isRight(byte[] bytes, int offset, int length) {
    int body = length - 2;
    int found = (bytes[offset + body] & 0xFF) | (bytes[offset + body + 1] & 0xFF) << 8;
    return of(bytes, offset, body) == found;
  }
}
