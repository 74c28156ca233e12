package dev.sluice.gateway;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.cli.Cli;
import java.security.Security;

/** The entry of the command {@code sluice}. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    // The JVM's own name resolver: it notices when a box gets its network late, which the one of
    // Vert.x does not. A name that is not found is asked for again after a second.
    System.setProperty("vertx.disableDnsResolver", "true");
    Security.setProperty("networkaddress.cache.ttl", "30");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    DriverCatalog drivers = DriverCatalog.load();
    Cli cli =
        Cli.ofProcess(drivers, (file, config) -> new GatewayProcess(drivers, file).run(config));
    System.exit(cli.execute(arguments));
  }
}
