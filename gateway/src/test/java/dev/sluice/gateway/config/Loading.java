package dev.sluice.gateway.config;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.acquire.DriverCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/** How tests load configurations: with the real drivers and an environment of their own. */
final class Loading {

  static final String PASSWORD = "correct horse";

  private static final Map<String, String> ENVIRONMENT = Map.of("BROKER_PASSWORD", PASSWORD);

  private Loading() {}

  static Collection<Driver> drivers() {
    return DriverCatalog.load().drivers();
  }

  static ConfigLoader loader() {
    return loader(ConfigLimits.DEFAULTS);
  }

  static ConfigLoader loader(ConfigLimits limits) {
    return new ConfigLoader(drivers(), limits, ENVIRONMENT::get);
  }

  static LoadedConfig load(Path directory, String yaml) throws IOException, ConfigException {
    Path file = directory.resolve("sluice.yaml");
    Files.writeString(file, yaml);
    return loader().load(file);
  }
}
