package dev.sluice.gateway.cli;

import com.github.luben.zstd.Zstd;
import java.util.HexFormat;

/** Data records as the batch stage stores them, byte by byte as its documentation says. */
final class StoredRecord {

  private StoredRecord() {}

  /** A device with a decimal, an unsigned counter, a float and a text; good, doubtful and bad. */
  static byte[] ofTwoDevices() {
    return stored(
        """
        a4 00 01 01 1b0000018bcfe56800
           04 84
             a4 00 67 766f6c74616765 01 09 02 61 56 03 01
             a3 00 66 656e65726779 01 06 02 63 6b5768
             a3 00 65 706f776572 01 07 02 61 57
             a2 00 65 6d6f64656c 01 0a
           05 82
             a2 00 67 6d657465722d31 01 82
                83 00 00 84 1908fd 1bffffffffffffffff fa3dcccccd 62c3b6
                83 1903e8 00 82 8205190b54 8101
             a2 00 67 6d657465722d32 01 81
                83 3863 00 81 21
        """);
  }

  static byte[] ofUntrustedClock() {
    return stored(
        """
        a6 00 01 01 1864 02 66 626f6f742d31 03 19c3b4
           04 81 a2 00 67 72756e6e696e67 01 00
           05 81 a2 00 67 6d657465722d32 01 81 84 1903e7 1903e7 00 81 f5
        """);
  }

  private static byte[] stored(String hex) {
    return Zstd.compress(HexFormat.of().parseHex(hex.replaceAll("\\s", "")), 1);
  }
}
