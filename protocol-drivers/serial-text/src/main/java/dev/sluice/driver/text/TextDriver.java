package dev.sluice.driver.text;

import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.serial.PortOptions;

/**
 * The driver {@code text}: devices that speak lines of text or other frames without ids, over
 * serial ports and TCP. Thread-safe.
 */
public final class TextDriver implements Driver {

  @Override
  public String type() {
    return "text";
  }

  @Override
  public DriverSchema schema() {
    DriverSchema schema = DriverSchema.fromResource(TextDriver.class, "text-schema.json");
    schema.line().getJsonObject("properties").put("serial", LineReader.portSchema());
    return schema;
  }

  @Override
  public Line createLine(LineSettings settings, LineContext context) throws SettingsException {
    LineReader.Reached reached = LineReader.read(settings);
    PortOptions port = reached.port();
    TcpTarget tcp = reached.tcp();
    if (port != null) {
      var link = new SerialLink(settings.id(), port, context);
      return new PortLine(new TextLine(link, port, reached.echo(), context), port);
    }
    if (tcp == null) {
      throw new IllegalStateException("BUG: a line without a way to its devices");
    }
    return new TextLine(new TcpLink(tcp, context), null, reached.echo(), context);
  }
}
