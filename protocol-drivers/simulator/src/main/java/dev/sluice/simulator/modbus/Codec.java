package dev.sluice.simulator.modbus;

import com.ghgande.j2mod.modbus.msg.ModbusRequest;
import com.ghgande.j2mod.modbus.net.AbstractModbusListener;
import com.ghgande.j2mod.modbus.procimg.ProcessImage;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests, responses and process image of j2mod without any of its transports: its serial ones
 * want a port of jSerialComm, and keep no silence.
 */
final class Codec extends AbstractModbusListener {

  private final Map<Integer, RegisterBank> units;

  Codec(Map<Integer, RegisterBank> units) {
    this.units = Map.copyOf(units);
  }

  /** The response to a read that its unit does not refuse as such. */
  Buffer answer(Frame frame) {
    try {
      ModbusRequest request = ModbusRequest.createModbusRequest(frame.function());
      request.readFrom(new DataInputStream(new ByteArrayInputStream(frame.bytes().getBytes())));
      var response = new ByteArrayOutputStream();
      request.createResponse(this).writeTo(new DataOutputStream(response));
      return Buffer.buffer(response.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("BUG: no input or output here", e);
    }
  }

  @Override
  public @Nullable ProcessImage getProcessImage(int unit) {
    return units.get(unit & 0xFF);
  }

  @Override
  public void run() {
    throw new IllegalStateException("BUG: a codec does not listen");
  }

  @Override
  public void stop() {
    throw new IllegalStateException("BUG: a codec does not listen");
  }
}
