package dev.sluice.driver.modbus.value;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text in registers: printable ASCII, filled up with NUL or space. */
final class Text {

  private Text() {}

  /**
   * Reads text.
   *
   * @param length in bytes, even
   * @param swapped whether the second byte of a register holds the first character
   * @return without the filling at its end; null if there is a byte that is no printable ASCII
   */
  static @Nullable String decode(byte[] bytes, int offset, int length, boolean swapped) {
    int end = length;
    while (end > 0 && isFilling(at(bytes, offset, end - 1, swapped))) {
      end--;
    }
    byte[] text = new byte[end];
    for (int i = 0; i < end; i++) {
      byte b = at(bytes, offset, i, swapped);
      if (b < ' ' || b == 0x7F) {
        return null;
      }
      text[i] = b;
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static byte at(byte[] bytes, int offset, int i, boolean swapped) {
    return bytes[offset + (swapped ? i ^ 1 : i)];
  }

  private static boolean isFilling(byte b) {
    return b == 0 || b == ' ';
  }
}
