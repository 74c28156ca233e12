package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.PollException;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.value.Decoder;
import java.util.List;

/** Points that one request reads, and how its reply becomes their values. Immutable. */
public final class Block {

  private final ReadRequest request;
  private final int[] points;
  private final Decoder decoder;

  private Block(ReadRequest request, int[] points, Decoder decoder) {
    this.request = request;
    this.points = points;
    this.decoder = decoder;
  }

  static Block of(ReadRequest request, int[] points, List<ModbusPoint> all) {
    var decoder = new Decoder.Builder(points.length);
    for (int index : points) {
      ModbusPoint point = all.get(index);
      int at = point.address() - request.address();
      if (point.table().bits()) {
        decoder.bit(at);
      } else {
        decoder.registers(point.format(), at);
      }
    }
    return new Block(request, points, decoder.build());
  }

  public ReadRequest request() {
    return request;
  }

  /** The points as indices in the device's list, in the order of the values. Not to be changed. */
  public int[] points() {
    return points;
  }

  /**
   * Checks a reply and decodes it.
   *
   * @param pdu holds the reply
   * @param offset of its function code
   * @param length of its PDU
   * @throws PollException if it is an exception or does not answer the request
   */
  public Values values(byte[] pdu, int offset, int length) throws PollException {
    return decoder.decode(pdu, request.dataOffset(pdu, offset, length));
  }
}
