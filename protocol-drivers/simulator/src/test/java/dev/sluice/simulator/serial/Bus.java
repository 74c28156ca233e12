package dev.sluice.simulator.serial;

import com.ghgande.j2mod.modbus.util.ModbusUtil;
import dev.sluice.simulator.Running;
import dev.sluice.simulator.spec.FaultOrder;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/** A simulated bus of four slaves for a test, and the frames that go over it. */
final class Bus implements AutoCloseable {

  private static final String PLANT =
      """
      seed: SEED
      lines:
        bus-a:
          modbus:
            serial: { baud: BAUD, parity: none }
            devices:
              one:
                unit: 1
                points:
                  level: { at: input 2, type: uint16, repeat: 20, signal: { constant: 4660 } }
                  flow: { at: holding 0, type: float32, signal: { constant: 1.5 } }
                  valve: { at: coil 1, signal: { constant: 1 } }
                  door: { at: discrete 5, signal: { constant: 1 } }
              two:
                unit: 2
                points: { level: { at: input 2, repeat: 2, signal: { constant: 22 } } }
              seventeen:
                unit: 17
                points: { level: { at: input 2, repeat: 2, signal: { constant: 177 } } }
              last:
                unit: 247
                points: { level: { at: input 2, repeat: 2, signal: { constant: 2477 } } }
      """;

  private final Running running;
  private final Path port;

  Bus(Path directory, int baud, long seed) throws Exception {
    String yaml = PLANT.replace("SEED", "" + seed).replace("BAUD", "" + baud);
    running = Running.plant(yaml, directory);
    port = directory.resolve("bus-a");
  }

  /** The device file of its only line. */
  Path port() {
    return port;
  }

  void fault(String name, String words) {
    running.plant().fault(name, FaultOrder.parse(words));
  }

  long answered(String device) {
    return running.answered(device);
  }

  /** A read of input registers. */
  static byte[] read(int unit, int address, int count) {
    return frame(unit, 4, address >> 8, address, count >> 8, count);
  }

  /** The right answer to it, when all these registers hold the same. */
  static byte[] registers(int unit, int count, int value) {
    var body = new ByteArrayOutputStream();
    body.write(unit);
    body.write(4);
    body.write(2 * count);
    for (int i = 0; i < count; i++) {
      body.write(value >> 8);
      body.write(value);
    }
    return withCrc(body.toByteArray());
  }

  /** Bytes with their CRC. */
  static byte[] frame(int... bytes) {
    byte[] body = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      body[i] = (byte) bytes[i];
    }
    return withCrc(body);
  }

  private static byte[] withCrc(byte[] body) {
    int[] crc = ModbusUtil.calculateCRC(body, 0, body.length);
    var frame = new ByteArrayOutputStream();
    frame.writeBytes(body);
    frame.write(crc[0]);
    frame.write(crc[1]);
    return frame.toByteArray();
  }

  /** The count in an answer to a read of registers 0 and 1. */
  static long count(byte[] reply) {
    return (reply[3] & 0xFFL) << 24
        | (reply[4] & 0xFFL) << 16
        | (reply[5] & 0xFFL) << 8
        | (reply[6] & 0xFFL);
  }

  @Override
  public void close() {
    try {
      running.close();
    } catch (Exception e) {
      throw new IllegalStateException("the plant did not end", e);
    }
  }
}
