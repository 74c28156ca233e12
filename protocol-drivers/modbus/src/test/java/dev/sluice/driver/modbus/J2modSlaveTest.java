package dev.sluice.driver.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import com.ghgande.j2mod.modbus.procimg.SimpleDigitalIn;
import com.ghgande.j2mod.modbus.procimg.SimpleDigitalOut;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import com.ghgande.j2mod.modbus.util.ModbusUtil;
import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.tcp.TestLine;
import dev.sluice.driver.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole driver, from its settings to values, against a slave that others wrote. */
class J2modSlaveTest {

  private static final int UNIT = 5;

  private final Vertx vertx = Vertx.vertx();
  private final TestLine context = new TestLine(vertx, vertx.createNetClient());
  private ModbusSlave slave;
  private SimpleProcessImage image;
  private Line line;

  @BeforeEach
  void startSlave() throws Exception {
    image = new SimpleProcessImage(UNIT);
    int port = FreePort.take();
    slave = ModbusSlaveFactory.createTCPSlave(InetAddress.getLoopbackAddress(), port, 2, false, 0);
    slave.addProcessImage(UNIT, image);
    slave.open();
    line =
        context.on(
            () ->
                new ModbusDriver()
                    .createLine(
                        new LineSettings(
                            "plc",
                            new JsonObject().put("tcp", Map.of("host", "127.0.0.1", "port", port))),
                        context));
  }

  @AfterEach
  void stopSlave() {
    TestLine.await(context.on(line::close));
    TestLine.await(vertx.close());
    ModbusSlaveFactory.close(slave);
  }

  /** The slave opens its port on a thread of its own. */
  private void connect() {
    for (int attempt = 0; ; attempt++) {
      Future<Void> connected = context.on(line::connect);
      if (TestLine.await(connected.map(true).otherwise(false))) {
        return;
      }
      assertThat(attempt).as("attempts to reach the slave").isLessThan(200);
      TestLine.await(vertx.timer(25));
    }
  }

  private Device device(JsonObject settings, Map<String, JsonObject> points) {
    List<PointSettings> list = new ArrayList<>();
    points.forEach((name, json) -> list.add(new PointSettings(name, json)));
    return context.on(
        () -> line.addDevice(new DeviceSettings("meter", settings, list), new QuietDevice()));
  }

  /** Runs every poll of a plan and gives the values by point. */
  private Map<Integer, String> readAll(Device device, int points) {
    Map<Integer, String> read = new TreeMap<>();
    List<Poll> polls = context.on(() -> device.plan(IntStream.range(0, points).toArray()));
    for (Poll poll : polls) {
      Values values = TestLine.await(run(device, poll)).values();
      for (int i = 0; i < values.size(); i++) {
        int point = poll.points()[i];
        ValueType type = device.type(point);
        read.put(
            point,
            !values.isGood(i)
                ? values.quality(i).word()
                : type == ValueType.STRING
                    ? values.text(i)
                    : type.isFloat()
                        ? Double.toString(values.number(i))
                        : type == ValueType.UINT64
                            ? Long.toUnsignedString(values.bits(i))
                            : Long.toString(values.bits(i)));
      }
    }
    return read;
  }

  private Future<PollResult> run(Device device, Poll poll) {
    return context.on(() -> device.run(poll, new PollRequest(PollClass.POLL, 10_000_000_000L)));
  }

  private void holding(byte[] bytes) {
    for (int i = 0; i < bytes.length; i += 2) {
      image.addRegister(new SimpleRegister(bytes[i], bytes[i + 1]));
    }
  }

  private static JsonObject point(String at, String type) {
    return new JsonObject().put("at", at).put("type", type);
  }

  @Test
  void everyTypeAndTableIsReadAsTheSlaveHoldsIt() {
    holding(ModbusUtil.shortToRegister((short) -2301)); // 0
    holding(ModbusUtil.unsignedShortToRegister(65_000)); // 1
    holding(ModbusUtil.intToRegisters(-123_456_789)); // 2
    holding(ModbusUtil.intToRegisters((int) 4_000_000_000L)); // 4
    holding(ModbusUtil.longToRegisters(Long.MIN_VALUE + 1)); // 6
    holding(ModbusUtil.longToRegisters(-1)); // 10
    holding(ModbusUtil.floatToRegisters(230.1f)); // 14
    holding(ModbusUtil.doubleToRegisters(Math.PI)); // 16
    holding("Sluice\0\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII)); // 20
    holding(new byte[] {0x20, 0x08}); // 24
    image.addInputRegister(new SimpleInputRegister(7));
    image.addInputRegister(new SimpleInputRegister(0x0102));
    image.addInputRegister(new SimpleInputRegister(0x0304));
    for (int i = 0; i < 20; i++) {
      image.addDigitalOut(new SimpleDigitalOut(i % 3 == 0));
      image.addDigitalIn(new SimpleDigitalIn(i % 2 == 0));
    }
    var points = new java.util.LinkedHashMap<String, JsonObject>();
    var expected = new ArrayList<String>();
    add(points, expected, point("holding 0", "int16"), "-2301");
    add(points, expected, point("holding 1", "uint16"), "65000");
    add(points, expected, point("holding 2", "int32"), "-123456789");
    add(points, expected, point("holding 4", "uint32"), "4000000000");
    add(points, expected, point("holding 6", "int64"), "-9223372036854775807");
    add(points, expected, point("holding 10", "uint64"), "18446744073709551615");
    add(points, expected, point("holding 14", "float32"), Double.toString(230.1f));
    add(points, expected, point("holding 16", "float64"), Double.toString(Math.PI));
    add(points, expected, point("holding 20", "string").put("length", 4), "Sluice");
    add(points, expected, point("holding 24.3", "bool"), "1");
    add(points, expected, point("holding 24.13", "bool"), "1");
    add(points, expected, point("holding 24.4", "bool"), "0");
    add(points, expected, point("input 0", "uint16"), "7");
    add(points, expected, point("input 1", "uint32").put("order", "CDAB"), "50594050");
    add(points, expected, point("coil 0", "bool"), "1");
    add(points, expected, point("coil 19", "bool"), "0");
    add(points, expected, point("coil 18", "bool"), "1");
    add(points, expected, point("discrete 8", "bool"), "1");
    add(points, expected, point("discrete 9", "bool"), "0");
    connect();
    Device device = device(new JsonObject().put("unit", UNIT), points);

    assertThat(readAll(device, points.size()).values()).containsExactlyElementsOf(expected);
    assertThat(context.on(() -> device.plan(IntStream.range(0, points.size()).toArray())))
        .extracting(Poll::describe)
        .containsExactly("fc1 0", "fc1 18..19", "fc2 8..9", "fc3 0..24", "fc4 0..2");
  }

  private static void add(
      Map<String, JsonObject> points, List<String> expected, JsonObject point, String value) {
    points.put("p" + points.size(), point);
    expected.add(value);
  }

  @Test
  void anAddressThatTheSlaveDoesNotHaveIsToldAsSuch() {
    image.addRegister(new SimpleRegister(1));
    connect();
    Device device =
        device(
            new JsonObject().put("unit", UNIT),
            Map.of("far", new JsonObject().put("at", "holding 100")));
    Poll poll = context.on(() -> device.plan(new int[] {0})).get(0);

    Future<Throwable> failed = run(device, poll).map((Throwable) null).otherwise(e -> e);

    assertThat(((PollException) TestLine.await(failed)).quality())
        .isEqualTo(Quality.ILLEGAL_ADDRESS);
  }

  @Test
  void twoDevicesMayBeTheSameUnit() {
    image.addRegister(new SimpleRegister(11));
    image.addRegister(new SimpleRegister(22));
    connect();
    var unit = new JsonObject().put("unit", UNIT);
    Device one = device(unit, Map.of("a", new JsonObject().put("at", "holding 0")));
    Device two = device(unit, Map.of("a", new JsonObject().put("at", "holding 1")));

    assertThat(readAll(one, 1)).containsEntry(0, "11");
    assertThat(readAll(two, 1)).containsEntry(0, "22");
  }
}
