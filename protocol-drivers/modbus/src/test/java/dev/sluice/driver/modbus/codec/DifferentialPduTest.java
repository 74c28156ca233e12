package dev.sluice.driver.modbus.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.ghgande.j2mod.modbus.msg.ExceptionResponse;
import com.ghgande.j2mod.modbus.msg.MaskWriteRegisterRequest;
import com.ghgande.j2mod.modbus.msg.MaskWriteRegisterResponse;
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
import com.ghgande.j2mod.modbus.msg.ReadWriteMultipleRequest;
import com.ghgande.j2mod.modbus.msg.ReadWriteMultipleResponse;
import com.ghgande.j2mod.modbus.msg.WriteCoilRequest;
import com.ghgande.j2mod.modbus.msg.WriteCoilResponse;
import com.ghgande.j2mod.modbus.msg.WriteMultipleCoilsRequest;
import com.ghgande.j2mod.modbus.msg.WriteMultipleCoilsResponse;
import com.ghgande.j2mod.modbus.msg.WriteMultipleRegistersRequest;
import com.ghgande.j2mod.modbus.msg.WriteMultipleRegistersResponse;
import com.ghgande.j2mod.modbus.msg.WriteSingleRegisterRequest;
import com.ghgande.j2mod.modbus.msg.WriteSingleRegisterResponse;
import com.ghgande.j2mod.modbus.procimg.InputRegister;
import com.ghgande.j2mod.modbus.procimg.Register;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import dev.sluice.driver.PollException;
import dev.sluice.driver.modbus.Seed;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * PDUs of every function, in both directions: we and j2mod write the same request, j2mod reads ours
 * as what it was, we read the reply that j2mod writes as its data, and we take no reply for one
 * that answers another request.
 */
class DifferentialPduTest {

  private static final int[] FUNCTIONS = {1, 2, 3, 4, 5, 6, 15, 16, 22, 23};

  private static final Buffer NO_DATA = Buffer.buffer();

  private final Random random = new Random(Seed.next());

  /** A request of ours, the same of j2mod's, its reply by j2mod, and the data in that. */
  private record Pair(Request ours, ModbusRequest theirs, ModbusResponse reply, Buffer data) {}

  @Test
  void everyFunctionIsWrittenAndReadAsByJ2mod() throws Exception {
    int count = Seed.count(100_000, 1_000_000);
    Pair before = pair(3);
    for (int i = 0; i < count; i++) {
      int function = FUNCTIONS[random.nextInt(FUNCTIONS.length)];
      Pair pair = pair(function);
      byte[] ours = new byte[pair.ours.bytes()];
      pair.ours.write(ours, 0);
      if (!Arrays.equals(ours, pdu(pair.theirs))) { // the assertion alone would take longest
        assertThat(ours).as(pair.ours.describe()).isEqualTo(pdu(pair.theirs));
      }
      ModbusRequest read = ModbusRequest.createModbusRequest(function);
      read.setHeadless();
      read.readData(new DataInputStream(new ByteArrayInputStream(ours, 1, ours.length - 1)));
      if (!Arrays.equals(pdu(read), ours)) {
        assertThat(pdu(read)).as(pair.ours.describe()).isEqualTo(ours);
      }
      checkReply(pair, before);
      checkException(pair, function);
      before = pair;
    }
    System.out.println("pdus=" + count + " of each of " + Arrays.toString(FUNCTIONS));
  }

  private void checkReply(Pair pair, Pair other) throws PollException {
    byte[] reply = pdu(pair.reply);
    reply[0] = (byte) pair.ours.function(); // j2mod's own reply to function 15 leaves it out
    int at = random.nextInt(4);
    byte[] padded = new byte[at + reply.length + 2];
    System.arraycopy(reply, 0, padded, at, reply.length);
    for (int available = 1; available < reply.length; available++) {
      int length = pair.ours.replyLength(padded, at, available);
      if (length != Request.MORE && length != reply.length) {
        assertThat(length).as("%s, %d bytes", pair.ours.describe(), available).isZero();
      }
    }
    assertThat(pair.ours.replyLength(padded, at, reply.length)).isEqualTo(reply.length);
    int data = pair.ours.dataOffset(padded, at, reply.length);
    byte[] found = Arrays.copyOfRange(padded, data, at + reply.length);
    if (!Arrays.equals(found, pair.data.getBytes())) {
      assertThat(found).as(pair.ours.describe()).isEqualTo(pair.data.getBytes());
    }
    byte[] foreign = pdu(other.reply);
    boolean isTold = foreign[0] != reply[0] || foreign.length != reply.length;
    if (isTold && !isRefused(pair.ours, foreign)) {
      assertThat(foreign).as("taken by %s", pair.ours.describe()).isEmpty();
    }
  }

  private static boolean isRefused(Request request, byte[] reply) {
    try {
      request.dataOffset(reply, 0, reply.length);
      return false;
    } catch (PollException e) {
      return true;
    }
  }

  private void checkException(Pair pair, int function) {
    int code = random.nextInt(1, 12);
    byte[] reply = pdu(new ExceptionResponse(function, code));
    try {
      pair.ours.dataOffset(reply, 0, reply.length);
      assertThat(code).as("an exception was read as data").isZero();
    } catch (PollException e) {
      assertThat(String.valueOf(e.getMessage()))
          .startsWith(String.format(Locale.ROOT, "exception %02X", code));
    }
  }

  private static byte[] pdu(ModbusMessage message) {
    byte[] data = message.getMessage();
    byte[] pdu = new byte[data.length + 1];
    pdu[0] = (byte) message.getFunctionCode();
    System.arraycopy(data, 0, pdu, 1, data.length);
    return pdu;
  }

  private Pair pair(int function) throws IOException {
    return switch (function) {
      case 1, 2 -> bits(function);
      case 3, 4 -> registers(function);
      case 5 -> {
        int address = random.nextInt(65_536);
        boolean on = random.nextBoolean();
        yield new Pair(
            WriteRequest.coil(address, on),
            new WriteCoilRequest(address, on),
            new WriteCoilResponse(address, on),
            NO_DATA);
      }
      case 6 -> {
        int address = random.nextInt(65_536);
        int value = random.nextInt(65_536);
        yield new Pair(
            WriteRequest.register(address, value),
            new WriteSingleRegisterRequest(address, new SimpleRegister(value)),
            new WriteSingleRegisterResponse(address, value),
            NO_DATA);
      }
      case 15 -> writeCoils();
      case 16 -> writeRegisters();
      case 22 -> mask();
      case 23 -> readWrite();
      default -> throw new IllegalArgumentException("function " + function);
    };
  }

  private Pair bits(int function) {
    int count = random.nextInt(1, Table.MAX_BITS + 1);
    int address = random.nextInt(65_537 - count);
    byte[] data = new byte[(count + 7) / 8];
    var coils = new ReadCoilsResponse(count);
    var discretes = new ReadInputDiscretesResponse(count);
    for (int i = 0; i < count; i++) {
      boolean on = random.nextBoolean();
      coils.setCoilStatus(i, on);
      discretes.setDiscreteStatus(i, on);
      data[i / 8] |= (byte) (on ? 1 << (i % 8) : 0);
    }
    return function == 1
        ? new Pair(
            new ReadRequest(Table.COIL, address, count),
            new ReadCoilsRequest(address, count),
            coils,
            Buffer.buffer(data))
        : new Pair(
            new ReadRequest(Table.DISCRETE, address, count),
            new ReadInputDiscretesRequest(address, count),
            discretes,
            Buffer.buffer(data));
  }

  private Pair registers(int function) {
    int count = random.nextInt(1, Table.MAX_REGISTERS + 1);
    int address = random.nextInt(65_537 - count);
    byte[] data = data(count);
    return function == 3
        ? new Pair(
            new ReadRequest(Table.HOLDING, address, count),
            new ReadMultipleRegistersRequest(address, count),
            new ReadMultipleRegistersResponse(registersOf(data)),
            Buffer.buffer(data))
        : new Pair(
            new ReadRequest(Table.INPUT, address, count),
            new ReadInputRegistersRequest(address, count),
            new ReadInputRegistersResponse(inputsOf(data)),
            Buffer.buffer(data));
  }

  private Pair writeCoils() {
    int count = random.nextInt(1, WriteRequest.MAX_BITS + 1);
    int address = random.nextInt(65_537 - count);
    var theirs = new WriteMultipleCoilsRequest(address, count);
    var bits = new boolean[count];
    for (int i = 0; i < count; i++) {
      bits[i] = random.nextBoolean();
      theirs.setCoilStatus(i, bits[i]);
    }
    return new Pair(
        WriteRequest.coils(address, bits),
        theirs,
        new WriteMultipleCoilsResponse(address, count),
        NO_DATA);
  }

  private Pair writeRegisters() {
    int count = random.nextInt(1, WriteRequest.MAX_REGISTERS + 1);
    int address = random.nextInt(65_537 - count);
    byte[] data = data(count);
    return new Pair(
        WriteRequest.registers(address, data),
        new WriteMultipleRegistersRequest(address, registersOf(data)),
        new WriteMultipleRegistersResponse(address, count),
        NO_DATA);
  }

  private Pair mask() {
    int address = random.nextInt(65_536);
    int and = random.nextInt(65_536);
    int or = random.nextInt(65_536);
    var reply = new MaskWriteRegisterResponse();
    reply.setReference(address);
    reply.setAndMask(and);
    reply.setOrMask(or);
    return new Pair(
        WriteRequest.mask(address, and, or),
        new MaskWriteRegisterRequest(address, and, or),
        reply,
        NO_DATA);
  }

  private Pair readWrite() {
    int read = random.nextInt(1, Table.MAX_REGISTERS + 1);
    int written = random.nextInt(1, ReadWriteRequest.MAX_WRITTEN + 1);
    int readAddress = random.nextInt(65_537 - read);
    int writeAddress = random.nextInt(65_537 - written);
    byte[] out = data(written);
    byte[] in = data(read);
    var theirs = new ReadWriteMultipleRequest();
    theirs.setReadReference(readAddress);
    theirs.setReadWordCount(read);
    theirs.setWriteReference(writeAddress);
    theirs.setRegisters(registersOf(out));
    return new Pair(
        new ReadWriteRequest(readAddress, read, writeAddress, out),
        theirs,
        new ReadWriteMultipleResponse(inputsOf(in)),
        Buffer.buffer(in));
  }

  private byte[] data(int registers) {
    byte[] data = new byte[2 * registers];
    random.nextBytes(data);
    return data;
  }

  private static Register[] registersOf(byte[] data) {
    var registers = new Register[data.length / 2];
    for (int i = 0; i < registers.length; i++) {
      registers[i] = new SimpleRegister(data[2 * i], data[2 * i + 1]);
    }
    return registers;
  }

  private static InputRegister[] inputsOf(byte[] data) {
    var registers = new InputRegister[data.length / 2];
    for (int i = 0; i < registers.length; i++) {
      registers[i] = new SimpleInputRegister(data[2 * i], data[2 * i + 1]);
    }
    return registers;
  }
}
