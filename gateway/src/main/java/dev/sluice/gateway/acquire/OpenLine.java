package dev.sluice.gateway.acquire;

import dev.sluice.driver.Bus;
import dev.sluice.driver.Driver;
import dev.sluice.driver.Found;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.Probing;
import dev.sluice.driver.Quality;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.TimeSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A line that is opened for a person: nothing is scheduled, nothing is connected again, and what is
 * asked of it is done one after the other. Methods may be called from anywhere once it is deployed;
 * what they give completes on the line's event loop. Undeploying it gives everything back.
 */
public final class OpenLine extends VerticleBase {

  private final LineSpec spec;
  private final Driver driver;
  private final TimeSource time;
  private @Nullable NetClient netClient;
  private @Nullable Line line;

  /** A line of a driver; deploying it fails with a {@link SettingsException} for bad settings. */
  public OpenLine(LineSpec spec, Driver driver, TimeSource time) {
    this.spec = spec;
    this.driver = driver;
    this.time = time;
  }

  @Override
  public Future<?> start() throws SettingsException {
    netClient = vertx.createNetClient();
    line = driver.createLine(spec.settings(), new Host());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    NetClient client = netClient;
    return line == null || client == null
        ? Future.succeededFuture()
        : line.close().transform(closed -> client.close());
  }

  public LineSpec spec() {
    return spec;
  }

  /** How its medium is set, for example {@code 9600 8N1}; empty where there is no such thing. */
  public String speed() {
    return line instanceof Bus bus ? bus.speed() : "";
  }

  /** The power to look for devices; none if the line has not got it. */
  public @Nullable Probing probing() {
    return line instanceof Probing probing ? probing : null;
  }

  /** Brings it up; fails with words for people. */
  public Future<Void> connect() {
    return onContext(() -> deployed().connect());
  }

  /** Adds a device; fails with a {@link SettingsException} if the driver refuses it. */
  public Future<OpenDevice> add(DeviceSpec device) {
    return onContext(
        () -> {
          var made = new OpenDevice(device, this);
          try {
            made.made(deployed().addDevice(device.settings(), made));
          } catch (SettingsException e) {
            return Future.failedFuture(e);
          }
          return Future.succeededFuture(made);
        });
  }

  /**
   * Asks whether a device is at an address; see {@link Probing#probe}.
   *
   * @param timeout of each transaction
   */
  public Future<Found> probe(int address, Duration timeout) {
    Probing probing = probing();
    if (probing == null) {
      return Future.failedFuture("one cannot look for devices on a line of " + spec.driver());
    }
    var request = new PollRequest(PollClass.POLL, timeout.toNanos());
    return onContext(() -> probing.probe(address, request));
  }

  <T> Future<T> onContext(Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            step.get().onComplete(done);
          } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            done.fail(e); // a fault of the driver's, told to whoever asked
          }
        });
    return done.future();
  }

  Vertx vertx() {
    return vertx;
  }

  private Line deployed() {
    if (line == null) {
      throw new IllegalStateException("BUG: line used before its start");
    }
    return line;
  }

  /** What the failure of a poll is when the driver breaks its promise. */
  static PollException inWords(Throwable cause) {
    return cause instanceof PollException failure
        ? failure
        : new PollException(
            PollFailure.BAD_REPLY, Quality.UNKNOWN_ERROR, "the driver failed: " + cause);
  }

  /** What the driver's line sees of us. */
  private final class Host implements LineContext {

    @Override
    public Vertx vertx() {
      return vertx;
    }

    @Override
    public Context context() {
      return context;
    }

    @Override
    public NetClient netClient() {
      if (netClient == null) {
        throw new IllegalStateException("BUG: line used before its start");
      }
      return netClient;
    }

    @Override
    public TimeSource time() {
      return time;
    }

    /** What was in flight has failed with the same reason, so whoever waits knows. */
    @Override
    public void lost(String reason) {}

    /** Nobody counts: each transaction is looked at. */
    @Override
    public void count(String event, long count) {}

    /** Nobody waits for it. */
    @Override
    public void available() {}
  }
}
