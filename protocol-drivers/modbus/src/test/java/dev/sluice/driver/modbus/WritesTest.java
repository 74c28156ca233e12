package dev.sluice.driver.modbus;

import static org.assertj.core.api.Assertions.assertThat;

import com.ghgande.j2mod.modbus.procimg.SimpleDigitalOut;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.PointSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.Values;
import dev.sluice.driver.Writable;
import dev.sluice.driver.Write;
import dev.sluice.driver.modbus.tcp.TestLine;
import dev.sluice.driver.testkit.FreePort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written to a slave that others wrote, it holds, and we read it back. */
class WritesTest {

  private static final PollRequest HOW = new PollRequest(PollClass.WRITE, 10_000_000_000L);

  private final Vertx vertx = Vertx.vertx();
  private final TestLine context = new TestLine(vertx, vertx.createNetClient());
  private final SimpleProcessImage image = new SimpleProcessImage(5);
  private ModbusSlave slave;
  private Line line;

  @BeforeEach
  void start() throws Exception {
    for (int i = 0; i < 40; i++) {
      image.addRegister(new SimpleRegister(0xAAAA));
      image.addDigitalOut(new SimpleDigitalOut(false));
    }
    int port = FreePort.take();
    slave = ModbusSlaveFactory.createTCPSlave(InetAddress.getLoopbackAddress(), port, 2, false, 0);
    slave.addProcessImage(5, image);
    slave.open();
    JsonObject tcp = new JsonObject().put("tcp", Map.of("host", "127.0.0.1", "port", port));
    line = context.on(() -> new ModbusDriver().createLine(new LineSettings("plc", tcp), context));
    for (int attempt = 0; ; attempt++) { // the slave opens its port on a thread of its own
      Future<Void> connected = context.on(line::connect);
      if (TestLine.await(connected.map(true).otherwise(false))) {
        return;
      }
      assertThat(attempt).as("attempts to reach the slave").isLessThan(200);
      TestLine.await(vertx.timer(25));
    }
  }

  @AfterEach
  void stop() {
    TestLine.await(context.on(line::close));
    TestLine.await(vertx.close());
    ModbusSlaveFactory.close(slave);
  }

  private static PointSettings point(String at, String type) {
    return new PointSettings(at + " " + type, new JsonObject().put("at", at).put("type", type));
  }

  private Device device(JsonObject settings, PointSettings... points) {
    return context.on(
        () ->
            line.addDevice(
                new DeviceSettings("meter", settings.put("unit", 5), List.of(points)),
                new QuietDevice()));
  }

  private void write(Device device, Values values) {
    var writable = (Writable) device;
    int[] all = IntStream.range(0, values.size()).toArray();
    List<Write> writes = context.on(() -> writable.planWrite(all, values));
    for (Write write : writes) {
      TestLine.await(context.on(() -> writable.write(write, HOW)));
    }
  }

  private Values read(Device device, int points) {
    var values = new Values.Builder(points);
    int[] all = IntStream.range(0, points).toArray();
    List<Poll> polls = context.on(() -> device.plan(all));
    for (Poll poll : polls) {
      Values some = TestLine.await(context.on(() -> device.run(poll, HOW))).values();
      for (int i = 0; i < some.size(); i++) {
        assertThat(some.isGood(i)).isTrue();
        values.integer(poll.points()[i], some.bits(i));
      }
    }
    return values.build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "multiple", "readWrite"})
  void everyTypeIsReadBackAsItWasWritten(String with) {
    PointSettings[] points = {
      point("holding 0", "int16"),
      point("holding 1", "uint32"),
      point("holding 3", "float32"),
      point("holding 10", "int64"),
      point("holding 20", "uint16"),
      point("coil 3", "bool"),
      point("coil 4", "bool"),
      point("coil 30", "bool")
    };
    Device device = device(new JsonObject().put("writeWith", with), points);
    Values values =
        new Values.Builder(points.length)
            .integer(0, -7)
            .integer(1, 4_000_000_000L)
            .number(2, 12.5)
            .integer(3, Long.MIN_VALUE)
            .integer(4, 65_535)
            .integer(5, 1)
            .integer(6, 0)
            .integer(7, 1)
            .build();

    write(device, values);

    Values back = read(device, points.length);
    for (int i = 0; i < points.length; i++) {
      assertThat(back.bits(i)).as(points[i].name()).isEqualTo(values.bits(i));
    }
    assertThat(image.getRegister(0).toShort()).isEqualTo((short) -7);
    assertThat(image.getRegister(5).getValue()).as("its neighbour").isEqualTo(0xAAAA);
    assertThat(image.getDigitalOut(3).isSet()).isTrue();
    assertThat(image.getDigitalOut(30).isSet()).isTrue();
  }

  @Test
  void aBitIsWrittenAndTheOthersOfItsRegisterStay() {
    Device device =
        device(new JsonObject(), point("holding 7.0", "bool"), point("holding 7.1", "bool"));

    write(device, new Values.Builder(2).integer(0, 1).integer(1, 0).build());

    assertThat(image.getRegister(7).getValue()).isEqualTo(0xAAA9);
  }

  @Test
  void whatTheDeviceRefusesIsToldAsSuch() {
    Device device = device(new JsonObject(), point("holding 500", "uint16"));
    var writable = (Writable) device;
    Values value = new Values.Builder(1).integer(0, 1).build();
    Write write = context.on(() -> writable.planWrite(new int[] {0}, value)).get(0);

    Throwable cause = TestLine.failure(context.on(() -> writable.write(write, HOW)));

    assertThat(cause)
        .isInstanceOfSatisfying(
            PollException.class, e -> assertThat(e.failure()).isEqualTo(PollFailure.REJECTED))
        .hasMessage("exception 02 (illegal data address) to fc6 500");
  }
}
