package dev.sluice.driver.text;

import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.SettingsException;

/** The driver {@code text}: devices that speak delimited lines of text over TCP. */
public final class TextDriver implements Driver {

  @Override
  public String type() {
    return "text";
  }

  @Override
  public DriverSchema schema() {
    return DriverSchema.fromResource(TextDriver.class, "text-schema.json");
  }

  @Override
  public Line createLine(LineSettings settings, LineContext context) throws SettingsException {
    return new TextLine(TcpTarget.of(settings), context);
  }
}
