package dev.sluice.driver.modbus;

import dev.sluice.driver.Bus;
import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Found;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.Probing;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.modbus.plan.Link;
import dev.sluice.driver.serial.PortOptions;
import dev.sluice.driver.serial.SerialPort;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/** A serial bus with Modbus units on it. */
final class SerialLine implements Line, Bus, Probing {

  private static final int LAST_UNIT = 247;

  /** What devices are sold with, the usual first. */
  private static final List<Integer> BAUDS =
      List.of(9_600, 19_200, 38_400, 57_600, 115_200, 4_800, 2_400, 1_200);

  private record Form(String parity, int stopBits) {}

  private static final List<Form> FORMS =
      List.of(new Form("none", 1), new Form("even", 1), new Form("none", 2), new Form("odd", 1));

  private final Link link;
  private final LineContext line;
  private final PortOptions port;
  private final JsonObject settings;

  SerialLine(Link link, PortOptions port, JsonObject settings, LineContext line) {
    this.link = link;
    this.line = line;
    this.port = port;
    this.settings = settings;
  }

  @Override
  public String medium() {
    return SerialPort.medium(port);
  }

  @Override
  public String speed() {
    return port.speed();
  }

  @Override
  public Device addDevice(DeviceSettings device, DeviceContext context) throws SettingsException {
    return DeviceReader.read(device, line, context, link, true);
  }

  @Override
  public Future<Void> connect() {
    return link.connect();
  }

  @Override
  public int concurrency() {
    return link.concurrency();
  }

  @Override
  public List<JsonObject> variants() {
    var variants = new LinkedHashSet<JsonObject>();
    variants.add(with(port.baud(), port.parity().word(), port.stopBits()));
    for (int baud : BAUDS) {
      for (Form form : FORMS) {
        variants.add(with(baud, form.parity, form.stopBits));
      }
    }
    return List.copyOf(variants);
  }

  private JsonObject with(int baud, String parity, int stopBits) {
    JsonObject variant = settings.copy();
    variant
        .getJsonObject("serial")
        .put("baud", baud)
        .put("parity", parity)
        .put("stopBits", stopBits);
    return variant;
  }

  @Override
  public int[] addresses() {
    return IntStream.rangeClosed(1, LAST_UNIT).toArray();
  }

  @Override
  public Future<Found> probe(int address, PollRequest request) {
    return new Probe(link, address, request).run();
  }

  @Override
  public Future<Void> close() {
    return link.close();
  }
}
