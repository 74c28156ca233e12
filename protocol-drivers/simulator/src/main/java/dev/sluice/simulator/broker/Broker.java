package dev.sluice.simulator.broker;

import io.moquette.BrokerConstants;
import io.moquette.broker.Server;
import io.moquette.broker.config.IConfig;
import io.moquette.broker.config.MemoryConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 3.1.1 broker on loopback (Moquette): anonymous, without telemetry, messages up to 1 MiB.
 * Thread-safe; starting and stopping block.
 */
public final class Broker {

  private static final int MAX_MESSAGE = 1 << 20;

  private final Server server;

  private Broker(Server server) {
    this.server = server;
  }

  /**
   * Starts a broker.
   *
   * @param port 0 for any free one
   * @param data where sessions and queues are kept over restarts; null to keep nothing
   * @throws IOException saying what to look at, such as a port that is taken
   */
  public static Broker start(int port, @Nullable Path data) throws IOException {
    var config = new MemoryConfig(new Properties());
    config.setProperty(IConfig.HOST_PROPERTY_NAME, "127.0.0.1");
    config.setProperty(IConfig.PORT_PROPERTY_NAME, Integer.toString(port));
    config.setProperty(IConfig.ENABLE_TELEMETRY_NAME, "false");
    config.setProperty(IConfig.NETTY_MAX_BYTES_PROPERTY_NAME, Integer.toString(MAX_MESSAGE));
    config.setProperty(BrokerConstants.NETTY_TCP_NODELAY_PROPERTY_NAME, "true");
    config.setProperty(IConfig.PERSISTENCE_ENABLED_PROPERTY_NAME, Boolean.toString(data != null));
    if (data != null) {
      config.setProperty(IConfig.DATA_PATH_PROPERTY_NAME, data.toAbsolutePath().toString());
    }
    var server = new Server();
    try {
      server.startServer(config);
    } catch (RuntimeException e) {
      throw new IOException("broker not started on port " + port + ": " + e.getMessage(), e);
    }
    return new Broker(server);
  }

  /** The port that it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Throws everybody out and closes the port; takes about 2 s. */
  public void stop() {
    server.stopServer();
  }
}
