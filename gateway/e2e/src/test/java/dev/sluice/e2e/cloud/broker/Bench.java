package dev.sluice.e2e.cloud.broker;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the tests of all platforms in one Java process share, because to make it costs seconds: the
 * names and their certificate, the brokers' thread, and the processes of the clients. All of it
 * ends with the process.
 */
public final class Bench {

  /** ClearBlade IoT Core in its first region. */
  public static final String CLEARBLADE = "us-central1-mqtt.clearblade.com";

  /** ThingsBoard Cloud. */
  public static final String THINGSBOARD = "mqtt.thingsboard.cloud";

  /** IBM Watson IoT Platform of one organization. */
  public static final String WATSON = "sl1ce7.messaging.internetofthings.ibmcloud.com";

  private static RealNames names;
  private static Vertx vertx;
  private static final Map<Class<?>, Peer> PEERS = new HashMap<>();

  private Bench() {}

  /** The host names above. */
  public static synchronized RealNames names() {
    if (names == null) {
      try {
        Path directory = Files.createTempDirectory("clouds");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
        names = RealNames.create(directory, CLEARBLADE, THINGSBOARD, WATSON);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return names;
  }

  /** The process with clients of this kind. */
  public static synchronized Peer peer(Class<? extends PeerMain> main) {
    return PEERS.computeIfAbsent(main, m -> Peer.start(main, names()));
  }

  /** One event loop for all brokers. */
  static synchronized Vertx vertx() {
    if (vertx == null) {
      vertx =
          Vertx.vertx(
              new VertxOptions()
                  .setEventLoopPoolSize(1)
                  .setWorkerPoolSize(1)
                  .setUseDaemonThread(true));
    }
    return vertx;
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : Stream.concat(files, Stream.of(directory)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("left in " + directory + ": " + e);
    }
  }
}
