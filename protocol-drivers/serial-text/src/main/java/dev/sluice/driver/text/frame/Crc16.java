package dev.sluice.driver.text.frame;

/**
 * The CRCs of 16 bits that field devices use, by the names of the catalogue of parametrised CRC
 * algorithms. Bit by bit: frames are short.
 */
enum Crc16 {
  /** Modbus, and many who took it from there. */
  MODBUS(0x8005, 0xFFFF, true),
  /** Also called ARC, or just CRC-16. */
  ARC(0x8005, 0, true),
  /** Also called CCITT-FALSE. */
  IBM_3740(0x1021, 0xFFFF, false),
  XMODEM(0x1021, 0, false),
  KERMIT(0x1021, 0, true),
  /** Also called X.25, of HDLC; its result is inverted. */
  IBM_SDLC(0x1021, 0xFFFF, true);

  private final int polynomial;
  private final int initial;
  private final boolean reflected;

  Crc16(int polynomial, int initial, boolean reflected) {
    this.polynomial = polynomial;
    this.initial = initial;
    this.reflected = reflected;
  }

  int of(byte[] bytes, int from, int to) {
    int crc = initial;
    for (int i = from; i < to; i++) {
      int in = bytes[i] & 0xFF;
      crc ^= (reflected ? Integer.reverse(in) >>> 24 : in) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? crc << 1 ^ polynomial : crc << 1;
      }
      crc &= 0xFFFF;
    }
    int result = reflected ? Integer.reverse(crc) >>> 16 : crc;
    return this == IBM_SDLC ? result ^ 0xFFFF : result;
  }
}
