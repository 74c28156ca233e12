package dev.sluice.driver.modbus;

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
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;

/** A connection with Modbus devices at its end. Several may have the same unit. */
final class ModbusLine implements Line, Probing {

  private static final int LAST_UNIT = 255;

  private final Link link;
  private final LineContext line;
  private final JsonObject settings;

  ModbusLine(Link link, JsonObject settings, LineContext line) {
    this.link = link;
    this.line = line;
    this.settings = settings;
  }

  @Override
  public Device addDevice(DeviceSettings device, DeviceContext context) throws SettingsException {
    return DeviceReader.read(device, line, context, link, false);
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
    return List.of(settings.copy());
  }

  @Override
  public int[] addresses() {
    return IntStream.rangeClosed(0, LAST_UNIT).toArray();
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
