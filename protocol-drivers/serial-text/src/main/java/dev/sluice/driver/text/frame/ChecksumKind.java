package dev.sluice.driver.text.frame;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** How a checksum is computed. */
public enum ChecksumKind {
  /** All bytes added, the lowest 8 bits. */
  SUM8("sum8", 1) {
    @Override
    int of(byte[] bytes, int from, int to) {
      int sum = 0;
      for (int i = from; i < to; i++) {
        sum += bytes[i];
      }
      return sum & 0xFF;
    }
  },
  /** What makes the sum of all bytes and of it 0: the two's complement of sum8. */
  LRC("lrc", 1) {
    @Override
    int of(byte[] bytes, int from, int to) {
      return -SUM8.of(bytes, from, to) & 0xFF;
    }
  },
  /** All bytes combined by exclusive or; with ETX covered, the BCC of ISO 1155 and IEC 62056-21. */
  XOR("xor", 1) {
    @Override
    int of(byte[] bytes, int from, int to) {
      int xor = 0;
      for (int i = from; i < to; i++) {
        xor ^= bytes[i];
      }
      return xor & 0xFF;
    }
  },
  CRC16_MODBUS("crc16-modbus", 2) {
    @Override
    int of(byte[] bytes, int from, int to) {
      return Crc16.MODBUS.of(bytes, from, to);
    }
  },
  CRC16_ARC("crc16-arc", 2) {
    @Override
    int of(byte[] bytes, int from, int to) {
      return Crc16.ARC.of(bytes, from, to);
    }
  },
  CRC16_CCITT_FALSE("crc16-ccitt-false", 2) {
    @Override
    int of(byte[] bytes, int from, int to) {
      return Crc16.IBM_3740.of(bytes, from, to);
    }
  },
  CRC16_XMODEM("crc16-xmodem", 2) {
    @Override
    int of(byte[] bytes, int from, int to) {
      return Crc16.XMODEM.of(bytes, from, to);
    }
  },
  CRC16_KERMIT("crc16-kermit", 2) {
    @Override
    int of(byte[] bytes, int from, int to) {
      return Crc16.KERMIT.of(bytes, from, to);
    }
  },
  CRC16_X25("crc16-x25", 2) {
    @Override
    int of(byte[] bytes, int from, int to) {
      return Crc16.IBM_SDLC.of(bytes, from, to);
    }
  };

  private final String word;
  private final int width;

  ChecksumKind(String word, int width) {
    this.word = word;
    this.width = width;
  }

  /** As configured. */
  public String word() {
    return word;
  }

  /** How many bytes it has: 1 or 2. */
  int width() {
    return width;
  }

  abstract int of(byte[] bytes, int from, int to);

  /** All words, in the order of the documentation. */
  public static List<String> words() {
    return Arrays.stream(values()).map(kind -> kind.word).toList();
  }

  /** The kind of a word that is one of {@link #words()}. */
  public static ChecksumKind ofWord(String word) {
    Predicate<ChecksumKind> named = kind -> kind.word.equals(word);
    return Arrays.stream(values())
        .filter(named)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("BUG: no checksum " + word));
  }

  /** Whether its low byte is usually sent first. */
  public boolean usuallyLittle() {
    return this == CRC16_MODBUS || this == CRC16_ARC || this == CRC16_KERMIT || this == CRC16_X25;
  }
}
