package dev.sluice.gateway.acquire;

import dev.sluice.driver.TimeSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Properties;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's clocks, and whether the wall clock can be believed: the system says that it is
 * synchronized, or the owner vouches for it; and it does not stand before the date of this build or
 * the latest time that was kept. The only place that reads the wall clock. Thread-safe.
 */
public final class SystemClock implements TimeSource {

  private static final Logger LOG = LoggerFactory.getLogger(SystemClock.class);
  private static final long CHECK_MILLIS = 10_000;

  /** Every so many checks the time is kept: ten minutes, little wear for a good floor. */
  private static final int KEEP_EVERY = 60;

  private final ClockOptions options;
  private final LongSupplier wallMillis;
  private final Supplier<Boolean> synchronizedNow;
  private final long buildMillis;
  private volatile long floorMillis;
  private volatile boolean trusted;
  private int checks;

  public SystemClock(ClockOptions options) {
    this(options, System::currentTimeMillis, new ClockSync()::isSynchronized, buildMillis());
  }

  SystemClock(
      ClockOptions options,
      LongSupplier wallMillis,
      Supplier<Boolean> synchronizedNow,
      long buildMillis) {
    this.options = options;
    this.wallMillis = wallMillis;
    this.synchronizedNow = synchronizedNow;
    this.buildMillis = buildMillis;
    this.floorMillis = buildMillis;
  }

  /**
   * Reads the floor and finds out whether the clock is trusted; looks again every 10 s. Asking the
   * system may start a process, so it happens on a worker thread.
   *
   * @return completes after the first look
   */
  public Future<Void> start(Vertx vertx) {
    vertx.setPeriodic(
        CHECK_MILLIS, id -> vertx.executeBlocking(this::look).onFailure(this::failed));
    return vertx.executeBlocking(this::begin);
  }

  /** Keeps the time for the next start. Blocks for a short write. */
  public synchronized void keep() {
    Path file = options.floorFile();
    long now = millis();
    if (file == null || !trusted || now <= floorMillis) {
      return;
    }
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
      Files.createDirectories(fresh.toAbsolutePath().getParent());
      Files.writeString(fresh, Long.toString(now));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.toString())
          .log("time not kept");
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public boolean trusted() {
    return trusted;
  }

  @Override
  public long millis() {
    return wallMillis.getAsLong();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Nullable Void begin() {
    floorMillis = Math.max(buildMillis, keptMillis());
    look();
    if (!trusted) {
      LOG.atWarn()
          .addKeyValue("now", instant())
          .addKeyValue("floor", Instant.ofEpochMilli(floorMillis))
          .addKeyValue("hint", "wait for time synchronization, or set clock.trust: always")
          .log("clock not trusted");
    }
    return null;
  }

  @Nullable Void look() {
    boolean now =
        millis() >= floorMillis && (options.trust() == ClockTrust.ALWAYS || synchronizedNow.get());
    if (now && !trusted) {
      LOG.atInfo().addKeyValue("now", instant()).log("clock trusted");
    } else if (!now && trusted) {
      LOG.atWarn().addKeyValue("now", instant()).log("clock no longer trusted");
    }
    trusted = now;
    if (checks++ % KEEP_EVERY == 0) {
      keep();
    }
    return null;
  }

  private void failed(Throwable cause) {
    LOG.atWarn().addKeyValue("reason", cause.toString()).log("clock not checked");
  }

  private long keptMillis() {
    Path file = options.floorFile();
    if (file == null) {
      return 0;
    }
    try {
      return Long.parseLong(Files.readString(file).trim());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException | NumberFormatException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.toString())
          .log("kept time not readable");
      return 0;
    }
  }

  private static long buildMillis() {
    try (InputStream in = SystemClock.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("BUG: no build.properties");
      }
      var properties = new Properties();
      properties.load(in);
      return Instant.parse(properties.getProperty("built")).toEpochMilli();
    } catch (IOException e) {
      throw new IllegalStateException("BUG: unreadable build.properties", e);
    }
  }
}
