package dev.sluice.gateway.acquire;

import dev.sluice.driver.LineSettings;

/**
 * A configured line. Equal specs mean that nothing changed.
 *
 * @param driver the type of the driver
 * @param settings for the driver
 */
public record LineSpec(String driver, LineSettings settings) {

  public String id() {
    return settings.id();
  }
}
