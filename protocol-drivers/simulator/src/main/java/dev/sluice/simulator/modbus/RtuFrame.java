package dev.sluice.simulator.modbus;

import com.ghgande.j2mod.modbus.util.ModbusUtil;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Frames of Modbus over serial line (V1.02, 2.5.1): unit, PDU, CRC. */
final class RtuFrame {

  /** 2.5.1: the longest frame. */
  static final int MAX = 256;

  private static final int MIN = 4;
  private static final int MBAP = 6;

  private RtuFrame() {}

  /** How long the request is that begins the bytes; 0 while, or if, that cannot be told. */
  static int length(byte[] bytes) {
    if (bytes.length < 2) {
      return 0;
    }
    return switch (bytes[1]) {
      case 1, 2, 3, 4, 5, 6 -> 8;
      case 15, 16 -> bytes.length < 7 ? 0 : 9 + (bytes[6] & 0xFF);
      default -> 0;
    };
  }

  /** Whether these bytes are one frame. */
  static boolean isWhole(byte[] bytes) {
    if (bytes.length < MIN || bytes.length > MAX) {
      return false;
    }
    int[] crc = ModbusUtil.calculateCRC(bytes, 0, bytes.length - 2);
    return (bytes[bytes.length - 2] & 0xFF) == crc[0] && (bytes[bytes.length - 1] & 0xFF) == crc[1];
  }

  /** The same request as a frame of TCP, transaction 0. */
  static Frame toTcp(byte[] bytes) {
    int length = bytes.length - 2;
    return new Frame(
        Buffer.buffer().appendInt(0).appendUnsignedShort(length).appendBytes(bytes, 0, length));
  }

  /** The frame of a serial line that says the same as one of TCP. */
  static byte[] ofTcp(Buffer tcp) {
    byte[] body = tcp.getBytes(MBAP, tcp.length());
    int[] crc = ModbusUtil.calculateCRC(body, 0, body.length);
    byte[] frame = Arrays.copyOf(body, body.length + 2);
    frame[body.length] = (byte) crc[0];
    frame[body.length + 1] = (byte) crc[1];
    return frame;
  }
}
