package dev.sluice.driver.modbus.codec;

/** A request of any function, by a few bytes of chance. */
public final class AnyRequest {

  private static final int FUNCTIONS = 10;

  private AnyRequest() {}

  /**
   * Makes one.
   *
   * @param kind 0 to 255, for the function
   * @param address 0 to 255
   * @param count 0 to 255; cut to what the function allows
   */
  public static Request of(int kind, int address, int count) {
    return switch (kind % FUNCTIONS) {
      case 0 -> new ReadRequest(Table.COIL, address, 1 + count * 7);
      case 1 -> new ReadRequest(Table.DISCRETE, address, 1 + count * 7);
      case 2 -> new ReadRequest(Table.HOLDING, address, 1 + count % Table.MAX_REGISTERS);
      case 3 -> new ReadRequest(Table.INPUT, address, 1 + count % Table.MAX_REGISTERS);
      case 4 -> WriteRequest.coil(address, count > 127);
      case 5 -> WriteRequest.register(address, count * 257);
      case 6 -> WriteRequest.coils(address, new boolean[1 + count * 7]);
      case 7 -> WriteRequest.registers(address, new byte[2 + 2 * (count % 123)]);
      case 8 -> WriteRequest.mask(address, count, count * 3);
      default ->
          new ReadWriteRequest(
              address, 1 + count % Table.MAX_REGISTERS, address, new byte[2 + 2 * (count % 121)]);
    };
  }
}
