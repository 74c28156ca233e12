package dev.sluice.gateway;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import java.nio.file.Path;
import java.security.Security;

public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    Security.setProperty("networkaddress.cache.ttl", "30");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    System.setProperty("vertx.disableDnsResolver", "true");
    DriverCatalog drivers = DriverCatalog.load();
    Path file = Path.of(args[1]);
    System.exit(
        new GatewayProcess(drivers, file)
            .run(new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).load(file)));
  }
}
