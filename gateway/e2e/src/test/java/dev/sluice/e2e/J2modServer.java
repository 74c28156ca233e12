package dev.sluice.e2e;

import com.ghgande.j2mod.modbus.Modbus;
import com.ghgande.j2mod.modbus.ModbusException;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalIn;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalOut;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import com.ghgande.j2mod.modbus.util.ModbusUtil;
import com.ghgande.j2mod.modbus.util.SerialParameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A slave of j2mod, unit 1 of a serial port at 115200 8N1; the one peer within this process. */
final class J2modServer implements AutoCloseable {

  private static final int UNIT = 1;
  private static final int BITS = 50;

  private final ModbusSlave slave;
  private final SimpleProcessImage image = new SimpleProcessImage(UNIT);
  private final List<PeerPoint> points = new ArrayList<>();

  private J2modServer(ModbusSlave slave) {
    this.slave = slave;
    fill();
  }

  static J2modServer start(Path serialPort) {
    var parameters = new SerialParameters();
    parameters.setPortName(serialPort.toString());
    parameters.setBaudRate(115_200);
    parameters.setDatabits(8);
    parameters.setParity("none");
    parameters.setStopbits(1);
    parameters.setEncoding(Modbus.SERIAL_ENCODING_RTU);
    try {
      var server = new J2modServer(ModbusSlaveFactory.createSerialSlave(parameters));
      server.slave.addProcessImage(UNIT, server.image);
      server.slave.open();
      return server;
    } catch (ModbusException e) {
      throw new AssertionError("j2mod does not serve " + serialPort, e);
    }
  }

  private void fill() {
    for (int i = 0; i < BITS; i++) {
      image.addDigitalOut(new SimpleDigitalOut(i % 3 == 0));
      image.addDigitalIn(new SimpleDigitalIn(i % 5 == 1));
      points.add(PeerPoint.of("coil" + i, "coil " + i, "bool", i % 3 == 0));
      points.add(PeerPoint.of("discrete" + i, "discrete " + i, "bool", i % 5 == 1));
    }
    for (short value : new short[] {Short.MIN_VALUE, Short.MAX_VALUE, -1}) {
      put("int16", ModbusUtil.shortToRegister(value), value);
    }
    for (int value : new int[] {0, 0xFFFF, 4660}) {
      put("uint16", ModbusUtil.unsignedShortToRegister(value), value);
    }
    for (int value : new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE, -123_456_789}) {
      put("int32", ModbusUtil.intToRegisters(value), value);
      put("uint32", ModbusUtil.intToRegisters(value), Integer.toUnsignedString(value));
    }
    for (long value : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -9_007_199_254_740_993L}) {
      put("int64", ModbusUtil.longToRegisters(value), value);
      put("uint64", ModbusUtil.longToRegisters(value), Long.toUnsignedString(value));
    }
    for (float value : new float[] {230.1f, -273.15f, Float.MAX_VALUE}) {
      put("float32", ModbusUtil.floatToRegisters(value), value);
    }
    for (double value : new double[] {Math.PI, -1e-300, Double.MAX_VALUE}) {
      put("float64", ModbusUtil.doubleToRegisters(value), value);
    }
  }

  private void put(String type, byte[] bytes, Object value) {
    int at = image.getRegisterCount();
    for (int i = 0; i < bytes.length; i += 2) {
      image.addRegister(new SimpleRegister(bytes[i], bytes[i + 1]));
      image.addInputRegister(new SimpleInputRegister(bytes[i], bytes[i + 1]));
    }
    points.add(PeerPoint.of("h" + at, "holding " + at, type, value));
    points.add(PeerPoint.of("i" + at, "input " + at, type, value));
  }

  List<PeerPoint> points() {
    return List.copyOf(points);
  }

  @Override
  public void close() {
    ModbusSlaveFactory.close(slave);
  }
}
