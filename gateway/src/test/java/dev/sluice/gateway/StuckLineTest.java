package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** A line that never gives its port back, as one whose adapter takes no bytes any more. */
@ExtendWith(VertxExtension.class)
@Tag("alone")
class StuckLineTest {

  private static final long PATIENCE_SECONDS = 20;

  @TempDir Path directory;

  private final WedgedDriver driver = new WedgedDriver();
  private final DriverCatalog drivers = DriverCatalog.of(List.of(driver));
  private final Logger logger = (Logger) LoggerFactory.getLogger(Gateway.class);
  private final Queue<ILoggingEvent> logged = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged.add(event);
        }
      };
  private Gateway gateway;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    appender.start();
    logger.addAppender(appender);
    GatewayConfig config = config("9600", "other");
    gateway = await(Gateway.start(vertx, config, drivers, new SystemClock(config.clock())));
  }

  @AfterEach
  void stop() throws Exception {
    logger.detachAppender(appender);
    driver.plugged.tryComplete();
    await(gateway.stop());
  }

  @Test
  void aLineThatDoesNotCloseKeepsNoChangeOfTheConfigurationWaiting() throws Exception {
    Future<Void> change = gateway.apply(config("19200", "other"));
    Future<Void> queued = gateway.apply(config("19200", "new"));

    await(change);
    await(queued);

    assertThat(gateway.lines()).extracting(line -> line.id()).containsExactly("new", "stuck");
    assertThat(gateway.linesConfigured()).isEqualTo(2);
    assertThat(driver.plugged.future().isComplete()).isFalse();
  }

  @Test
  void theLogNamesALineThatDoesNotCloseOnceAndSaysWhatToDo() throws Exception {
    await(gateway.apply(config("19200", "other")));
    await(gateway.apply(config("19200", "new")));

    assertThat(logged.stream().map(StuckLineTest::line).filter(line -> line.contains("stuck")))
        .singleElement()
        .asString()
        .startsWith("ERROR line does not close")
        .contains("line=stuck", "not closed within 2000 ms", "cannot be opened again", "unplug it");
  }

  private static String line(ILoggingEvent event) {
    var line = new StringBuilder(event.getLevel() + " " + event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.append(' ').append(pair.key).append('=').append(pair.value);
      }
    }
    return line.toString();
  }

  private GatewayConfig config(String speed, String other) throws Exception {
    String yaml =
        """
        gateway: { id: plant, directory: "%s" }
        lines:
          stuck: { driver: wedged, speed: "%s" }
          %s: { driver: wedged, speed: "9600" }
        devices: {}
        uplinks: {}
        """
            .formatted(directory, speed, other);
    Path file = Files.writeString(directory.resolve("sluice.yaml"), yaml);
    return new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).load(file).config();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Its line {@code stuck} is closed when the test ends, and not before. */
  private static final class WedgedDriver implements Driver {

    final Promise<Void> plugged = Promise.promise();

    @Override
    public String type() {
      return "wedged";
    }

    @Override
    public DriverSchema schema() {
      var speed = new JsonObject().put("type", "string").put("description", "Text.");
      return new DriverSchema(
          new JsonObject().put("properties", new JsonObject().put("speed", speed)),
          new JsonObject(),
          new JsonObject());
    }

    @Override
    public Line createLine(LineSettings settings, LineContext context) {
      return new WedgedLine(
          settings.id().equals("stuck") ? plugged.future() : Future.succeededFuture());
    }
  }

  private record WedgedLine(Future<Void> closed) implements Line {

    @Override
    public Device addDevice(DeviceSettings settings, DeviceContext context) {
      throw new UnsupportedOperationException("BUG: this test has no devices");
    }

    @Override
    public Future<Void> connect() {
      return Future.succeededFuture();
    }

    @Override
    public int concurrency() {
      return 1;
    }

    @Override
    public Future<Void> close() {
      return closed;
    }
  }
}
