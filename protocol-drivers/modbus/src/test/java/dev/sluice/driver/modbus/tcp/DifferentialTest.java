package dev.sluice.driver.modbus.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.ghgande.j2mod.modbus.msg.ExceptionResponse;
import com.ghgande.j2mod.modbus.msg.ModbusMessage;
import com.ghgande.j2mod.modbus.msg.ModbusRequest;
import com.ghgande.j2mod.modbus.msg.ModbusResponse;
import com.ghgande.j2mod.modbus.msg.ReadCoilsRequest;
import com.ghgande.j2mod.modbus.msg.ReadCoilsResponse;
import com.ghgande.j2mod.modbus.msg.ReadInputDiscretesRequest;
import com.ghgande.j2mod.modbus.msg.ReadInputDiscretesResponse;
import com.ghgande.j2mod.modbus.msg.ReadInputRegistersRequest;
import com.ghgande.j2mod.modbus.msg.ReadInputRegistersResponse;
import com.ghgande.j2mod.modbus.msg.ReadMultipleRegistersRequest;
import com.ghgande.j2mod.modbus.msg.ReadMultipleRegistersResponse;
import com.ghgande.j2mod.modbus.procimg.InputRegister;
import com.ghgande.j2mod.modbus.procimg.Register;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import dev.sluice.driver.PollException;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.Seed;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.plan.Block;
import dev.sluice.driver.modbus.plan.Limits;
import dev.sluice.driver.modbus.plan.ModbusPoint;
import dev.sluice.driver.modbus.plan.Planner;
import dev.sluice.driver.modbus.value.Format;
import dev.sluice.driver.modbus.value.WordOrder;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What we write j2mod reads, what j2mod writes we read, and both write the same. */
class DifferentialTest {

  private final Random random = new Random(Seed.next());

  private Block block(Table table, int address, int count) {
    Format format = table.bits() ? Format.BIT : new Format(ValueType.UINT16, WordOrder.ABCD, -1, 1);
    List<ModbusPoint> points =
        IntStream.range(0, count)
            .mapToObj(i -> new ModbusPoint(table, address + i, format))
            .toList();
    return Planner.plan(points, IntStream.range(0, count).toArray(), Limits.PROTOCOL).get(0);
  }

  private static byte[] bytes(ModbusMessage message) throws IOException {
    var out = new ByteArrayOutputStream();
    message.writeTo(new DataOutputStream(out));
    return out.toByteArray();
  }

  @Test
  void bothWriteTheSameRequestsAndJ2modReadsOurs() throws IOException {
    for (int i = 0; i < Seed.count(2000, 100_000); i++) {
      Table table = Table.values()[random.nextInt(4)];
      int count = random.nextInt(1, table.maxPerRead() + 1);
      int address = random.nextInt(65_537 - count);
      int unit = random.nextInt(256);
      int id = random.nextInt(32_768);
      byte[] ours = new TcpPoll(null, unit, block(table, address, count)).frame().clone();
      ours[0] = (byte) (id >> 8);
      ours[1] = (byte) id;

      ModbusRequest theirs = request(table, address, count);
      theirs.setTransactionID(id);
      theirs.setUnitID(unit);
      assertThat(ours).isEqualTo(bytes(theirs));

      ModbusRequest read = ModbusRequest.createModbusRequest(table.readFunction());
      read.readFrom(new DataInputStream(new ByteArrayInputStream(ours)));
      assertThat(read.getTransactionID()).isEqualTo(id);
      assertThat(read.getUnitID()).isEqualTo(unit);
      assertThat(read.getFunctionCode()).isEqualTo(table.readFunction());
      assertThat(bytes(read)).isEqualTo(ours);
    }
  }

  private static ModbusRequest request(Table table, int address, int count) {
    return switch (table) {
      case COIL -> new ReadCoilsRequest(address, count);
      case DISCRETE -> new ReadInputDiscretesRequest(address, count);
      case HOLDING -> new ReadMultipleRegistersRequest(address, count);
      case INPUT -> new ReadInputRegistersRequest(address, count);
    };
  }

  @Test
  void weReadTheRepliesThatJ2modWrites() throws IOException, PollException {
    for (int i = 0; i < Seed.count(2000, 100_000); i++) {
      Table table = Table.values()[random.nextInt(4)];
      int count = random.nextInt(1, table.maxPerRead() + 1);
      int[] expected = random.ints(count, 0, table.bits() ? 2 : 65_536).toArray();
      ModbusResponse reply = reply(table, expected);
      reply.setTransactionID(random.nextInt(32_768));
      reply.setUnitID(random.nextInt(256));
      byte[] frame = bytes(reply);

      Values values = read(block(table, random.nextInt(65_537 - count), count), frame);

      assertThat(IntStream.range(0, count).map(at -> (int) values.bits(at)).toArray())
          .isEqualTo(expected);
    }
  }

  private static ModbusResponse reply(Table table, int[] values) {
    switch (table) {
      case COIL -> {
        var reply = new ReadCoilsResponse(values.length);
        for (int i = 0; i < values.length; i++) {
          reply.setCoilStatus(i, values[i] == 1);
        }
        return reply;
      }
      case DISCRETE -> {
        var reply = new ReadInputDiscretesResponse(values.length);
        for (int i = 0; i < values.length; i++) {
          reply.setDiscreteStatus(i, values[i] == 1);
        }
        return reply;
      }
      case HOLDING -> {
        return new ReadMultipleRegistersResponse(
            Arrays.stream(values).mapToObj(SimpleRegister::new).toArray(Register[]::new));
      }
      case INPUT -> {
        return new ReadInputRegistersResponse(
            Arrays.stream(values).mapToObj(SimpleInputRegister::new).toArray(InputRegister[]::new));
      }
    }
    throw new AssertionError(table);
  }

  private static Values read(Block block, byte[] frame) throws PollException {
    int[] pdu = new int[2];
    byte[][] copy = new byte[1][];
    var frames =
        new MbapFrames(
            (bytes, offset, length, first, last) -> {
              copy[0] = bytes.clone();
              pdu[0] = offset + MbapFrames.HEADER_BYTES;
              pdu[1] = length - MbapFrames.HEADER_BYTES;
              return true;
            });
    assertThat(frames.accept(Buffer.buffer(frame), 0)).isNull();
    assertThat(copy[0]).as("one frame").isNotNull();
    return block.values(copy[0], pdu[0], pdu[1]);
  }

  @Test
  void weReadTheExceptionsThatJ2modWrites() throws IOException {
    for (Table table : Table.values()) {
      for (int code = 1; code <= 11; code++) {
        byte[] frame = bytes(new ExceptionResponse(table.readFunction(), code));

        PollException refused =
            catchThrowableOfType(PollException.class, () -> read(block(table, 0, 1), frame));

        assertThat(refused)
            .hasMessageStartingWith(String.format(java.util.Locale.ROOT, "exception %02X", code));
      }
    }
  }
}
