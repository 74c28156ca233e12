package dev.sluice.gateway.acquire;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.Driver;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Quality;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.Values;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line: holds its connection up and lets its devices be polled. {@link #setDevices} and {@link
 * #stats} may be called from anywhere; all else happens on the verticle's own event loop.
 */
public final class LineVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(LineVerticle.class);

  /** Fractions of it, one after the other, spread points over a circle without clusters. */
  private static final double GOLDEN = 0.6180339887498949;

  private static final long NO_TIMER = -1;

  /** A device that sends by itself is down when it missed this many of its intervals. */
  private static final int MISSED_PUSHES = 3;

  private final LineSpec spec;
  private final Driver driver;
  private final List<DeviceSpec> firstDevices;
  private final AcquireContext site;
  private final LineCounters counters = new LineCounters();
  private final SplittableRandom random = new SplittableRandom();
  private final Map<String, DeviceLoop> devices = new ConcurrentSkipListMap<>();
  private final Map<DeviceLoop, Long> silenceTimers = new TreeMap<>(LineVerticle::byId);
  private final Backoff reconnect;
  private @Nullable Line line;
  private @Nullable PollRunner runner;
  private @Nullable Outlet outlet;
  private volatile boolean connected;
  private volatile String reason = "not connected yet";
  private boolean stopped;
  private int phases;
  private long connectTimer = NO_TIMER;

  public LineVerticle(LineSpec spec, Driver driver, List<DeviceSpec> devices, AcquireContext site) {
    this.spec = spec;
    this.driver = driver;
    this.firstDevices = List.copyOf(devices);
    this.site = site;
    AcquireOptions options = site.options();
    this.reconnect = new Backoff(options.reconnectFirst(), options.reconnectMax(), 0, random);
  }

  /** Completes when the line and its devices are set up; connecting goes on by itself. */
  @Override
  public Future<?> start() throws SettingsException {
    line = driver.createLine(spec.settings(), new Host());
    outlet = new Outlet(vertx, site.options(), site.ingest(), counters);
    runner = new PollRunner(vertx, line, outlet, site.time(), counters, this::probeBackoff);
    return replaceDevices(firstDevices).onSuccess(done -> connect(0));
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    silenceTimers.values().forEach(vertx::cancelTimer);
    if (runner != null) {
      runner.close();
    }
    return line == null ? Future.succeededFuture() : line.close();
  }

  public LineSpec spec() {
    return spec;
  }

  /**
   * Makes these the line's devices: unknown ones are added, missing ones removed, changed ones
   * exchanged; an equal one is not touched and misses no poll.
   *
   * @return fails with a {@link SettingsException} if the driver refuses one; the others are set
   */
  public Future<Void> setDevices(List<DeviceSpec> wanted) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(nothing -> replaceDevices(wanted).onComplete(done));
    return done.future();
  }

  public LineStats stats() {
    var deviceStats = new ArrayList<LineStats.DeviceStats>();
    devices.values().forEach(device -> deviceStats.add(device.stats()));
    return new LineStats(
        spec.id(),
        spec.driver(),
        connected,
        reason,
        counters.connects.get(),
        counters.connectFailures.get(),
        counters.polls(),
        counters.handed(),
        counters.events(),
        deviceStats);
  }

  private Future<Void> replaceDevices(List<DeviceSpec> wanted) {
    var keep = new HashSet<String>();
    var added = new ArrayList<Future<Void>>();
    for (DeviceSpec device : wanted) {
      DeviceLoop current = devices.get(device.id());
      if (current != null && current.spec.equals(device)) {
        keep.add(device.id());
      }
    }
    for (DeviceLoop device : List.copyOf(devices.values())) {
      if (!keep.contains(device.spec.id())) {
        remove(device);
      }
    }
    for (DeviceSpec device : wanted) {
      if (!keep.contains(device.id())) {
        added.add(site.states().load(device.id()).compose(state -> add(device, state)));
      }
    }
    return Future.join(added).mapEmpty();
  }

  private Future<Void> add(DeviceSpec device, Buffer state) {
    var context = new DeviceHost(device.id(), state);
    DeviceLoop loop;
    try {
      Device driven = required(line).addDevice(device.settings(), context);
      loop = new DeviceLoop(device, driven, required(outlet), site.time(), probeBackoff());
      context.loop = loop;
    } catch (SettingsException e) {
      return Future.failedFuture(e);
    }
    devices.put(device.id(), loop);
    if (loop.device instanceof Subscribing subscribing) {
      subscribing.subscribe(new Pushes(loop));
      watchSilence(loop);
    }
    // Lines begin at different places of the interval too: a thousand of them have one device each.
    double phase = (phases++ * GOLDEN + (spec.id().hashCode() & 0xffff) / 65536.0) % 1.0;
    required(runner).add(loop.plan(phase));
    return Future.succeededFuture();
  }

  private Backoff probeBackoff() {
    return new Backoff(site.options().probeFirst(), site.options().probeMax(), 0.5, random);
  }

  private void remove(DeviceLoop device) {
    devices.remove(device.spec.id());
    required(runner).remove(device);
    stopWatching(device);
    device.remove();
  }

  private void connect(long afterMillis) {
    long wait = Math.max(afterMillis, site.gate().reserveMillis());
    if (wait > 0) {
      connectTimer =
          vertx.setTimer(
              wait,
              id -> {
                connectTimer = NO_TIMER;
                connectNow();
              });
    } else {
      connectNow();
    }
  }

  /** What was missing is there: the rest of the pause would be lost time. */
  private void connectSoon() {
    if (connectTimer != NO_TIMER && !stopped) {
      vertx.cancelTimer(connectTimer);
      connectTimer = NO_TIMER;
      reconnect.reset();
      connect(0);
    }
  }

  private void connectNow() {
    if (stopped) {
      return;
    }
    required(line)
        .connect()
        .onComplete(
            result -> {
              if (stopped) {
                return;
              }
              if (result.succeeded()) {
                up();
              } else {
                counters.connectFailures.incrementAndGet();
                down(String.valueOf(result.cause().getMessage()));
              }
            });
  }

  private void up() {
    connected = true;
    reason = "";
    counters.connects.incrementAndGet();
    LOG.atInfo().addKeyValue("line", spec.id()).log("line connected");
    reconnect.reset();
    for (DeviceLoop device : devices.values()) {
      if (device.isSilent()) {
        // A dead unit behind a line that comes and goes must not cost a round of time-outs each
        // time.
        required(runner).probeNow(device);
      } else if (device.isDown()) {
        device.forget();
        required(runner).revive(device);
      }
    }
    required(runner).resume();
  }

  private void down(String why) {
    // An outage is one event in the log, however often connecting is tried.
    if (connected || !why.equals(reason)) {
      LOG.atWarn().addKeyValue("line", spec.id()).addKeyValue("reason", why).log("line down");
    }
    connected = false;
    reason = why;
    required(runner).pause();
    devices.values().forEach(device -> device.goDown(Quality.DISCONNECTED, why));
    connect(reconnect.nextMillis());
  }

  private void watchSilence(DeviceLoop device) {
    stopWatching(device);
    long limit = device.spec.timeout().toMillis();
    for (PointSpec point : device.spec.points()) {
      limit = Math.max(limit, MISSED_PUSHES * point.every().toMillis());
    }
    long silence = limit;
    silenceTimers.put(
        device,
        vertx.setTimer(
            silence,
            id -> {
              if (connected) {
                device.goDown(Quality.TIMEOUT, "sent nothing for " + silence + " ms");
              }
              watchSilence(device);
            }));
  }

  private void stopWatching(DeviceLoop device) {
    Long timer = silenceTimers.remove(device);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  private static int byId(DeviceLoop a, DeviceLoop b) {
    return a.spec.id().compareTo(b.spec.id());
  }

  private static <T> T required(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("BUG: line used before its start");
    }
    return part;
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
      return site.netClient();
    }

    @Override
    public TimeSource time() {
      return site.time();
    }

    @Override
    public void lost(String why) {
      if (!stopped) {
        down(why);
      }
    }

    @Override
    public void count(String event, long count) {
      counters.event(event, count);
    }

    @Override
    public void available() {
      connectSoon();
    }
  }

  /** What a driver's device sees of us. */
  private final class DeviceHost implements DeviceContext {

    private final String id;
    private Buffer state;
    private @Nullable DeviceLoop loop;

    DeviceHost(String id, Buffer state) {
      this.id = id;
      this.state = state;
    }

    @Override
    public void replan() {
      context.runOnContext(
          nothing -> {
            if (loop != null && devices.get(id) == loop) {
              required(runner).remove(loop);
              required(runner).add(loop.plan(0));
            }
          });
    }

    @Override
    public Buffer state() {
      return state;
    }

    @Override
    public Future<Void> saveState(Buffer fresh) {
      state = fresh.copy();
      return site.states().save(id, fresh);
    }

    @Override
    public void count(String event, long count) {
      counters.event(event, count);
    }

    @Override
    public void note(String subject, String text) {
      LOG.atWarn()
          .addKeyValue("device", id)
          .addKeyValue("subject", subject)
          .addKeyValue("detail", text.isEmpty() ? "over" : text)
          .log("device note");
    }
  }

  /** Takes what a device sends by itself. */
  private final class Pushes implements PushHandler {

    private final DeviceLoop device;

    Pushes(DeviceLoop device) {
      this.device = device;
    }

    @Override
    public void pushed(int[] points, Values values, PollTiming timing) {
      if (devices.get(device.spec.id()) != device) {
        return;
      }
      watchSilence(device);
      counters.answered(timing, 0);
      if (required(outlet).isFull()) {
        counters.skippedNoPermit.incrementAndGet();
      } else {
        device.answered(points, values, timing);
      }
    }

    @Override
    public void refused(PollException failure) {
      counters.failed(failure.failure());
    }
  }
}
