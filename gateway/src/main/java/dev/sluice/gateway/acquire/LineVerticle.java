package dev.sluice.gateway.acquire;

import dev.sluice.driver.Bus;
import dev.sluice.driver.Device;
import dev.sluice.driver.Driver;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.Quality;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.Values;
import dev.sluice.driver.Writable;
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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line: holds its connection up and lets its devices be polled. {@link #setDevices}, {@link
 * #device} and {@link #stats} may be called from anywhere; all else happens on the verticle's own
 * event loop.
 */
public final class LineVerticle extends VerticleBase {

  private static final Logger LOG = LoggerFactory.getLogger(LineVerticle.class);

  /** Fractions of it, one after the other, spread points over a circle without clusters. */
  private static final double GOLDEN = 0.6180339887498949;

  private static final long NO_TIMER = -1;

  private final LineSpec spec;
  private final Driver driver;
  private final List<DeviceSpec> firstDevices;
  private final AcquireContext site;
  private final LineCounters counters = new LineCounters();
  private final SplittableRandom random = new SplittableRandom();
  private final Map<String, DeviceLoop> devices = new ConcurrentSkipListMap<>();
  private final Backoff reconnect;
  private @Nullable Line line;
  private @Nullable PollRunner runner;
  private @Nullable Outlet outlet;
  private @Nullable SilenceWatch silence;
  private @Nullable CommitmentWatch commitment;
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
    counters.began(site.time().nanoTime());
    line = driver.createLine(spec.settings(), new Host());
    outlet = new Outlet(vertx, site.options(), site.ingest(), counters);
    silence = new SilenceWatch(vertx, () -> connected);
    runner =
        new PollRunner(
            vertx, line, outlet, site.time(), counters, site.options(), this::probeBackoff);
    commitment = new CommitmentWatch(vertx, spec.id(), line, devices::values);
    return replaceDevices(firstDevices).onSuccess(done -> connect(0));
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    if (silence != null) {
      silence.close();
    }
    if (commitment != null) {
      commitment.close();
    }
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
        counters.changedNanos(),
        counters.connects.get(),
        counters.connectFailures.get(),
        counters.polls(),
        counters.handed(),
        counters.events(),
        line instanceof Bus bus ? bus.speed() : "",
        counters.busTime(site.time().nanoTime()),
        commitment == null ? CommitmentWatch.NOTHING : commitment.now(),
        counters.writes(),
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
    var host = new DeviceHost(device.id(), state, site.states(), () -> replanLater(device));
    DeviceLoop loop;
    try {
      Device driven = required(line).addDevice(device.settings(), host);
      loop = new DeviceLoop(device, driven, host, required(outlet), site.time(), probeBackoff());
    } catch (SettingsException e) {
      return Future.failedFuture(e);
    }
    devices.put(device.id(), loop);
    if (loop.device instanceof Subscribing subscribing) {
      subscribing.subscribe(new Pushes(loop, required(silence), counters, required(outlet)));
      required(silence).heard(loop);
    }
    // Lines begin at different places of the interval too: a thousand of them have one device each.
    double phase = (phases++ * GOLDEN + (spec.id().hashCode() & 0xffff) / 65536.0) % 1.0;
    required(runner).add(loop.plan(phase));
    return Future.succeededFuture();
  }

  /** In a later turn: the driver asks for it in the middle of something. */
  private void replanLater(DeviceSpec device) {
    context.runOnContext(
        nothing -> {
          DeviceLoop loop = devices.get(device.id());
          if (loop != null && loop.spec.equals(device)) {
            required(runner).replan(loop);
          }
        });
  }

  /** A device as it is configured now; null if there is none of that name. From anywhere. */
  public @Nullable RunningDevice device(String id) {
    DeviceLoop loop = devices.get(id);
    return loop == null ? null : new RunningDevice(this, loop);
  }

  /** See {@link RunningDevice#write}. */
  Future<Void> write(DeviceLoop device, int[] points, Values values, Supplier<String> objection) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(nothing -> writeNow(device, points, values, objection).onComplete(done));
    return done.future();
  }

  private Future<Void> writeNow(
      DeviceLoop loop, int[] points, Values values, Supplier<String> objection) {
    String id = loop.spec.id();
    if (stopped || devices.get(id) != loop) {
      return notDone("device " + id + " was changed or removed meanwhile");
    }
    if (!(loop.device instanceof Writable writable)) {
      return notDone("device " + id + " cannot be written to: its driver only reads");
    }
    String closed = loop.notWritable(points);
    if (!closed.isEmpty()) {
      return notDone(closed);
    }
    if (!connected) {
      return notDone("line " + spec.id() + " is down: " + reason);
    }
    try {
      return required(runner).write(loop, writable.planWrite(points, values), objection);
    } catch (SettingsException e) {
      return Future.failedFuture(e);
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      PollOutcomes.driverBug(loop, e); // logged
      return notDone("the driver of device " + id + " failed to plan the write: " + e);
    }
  }

  private static Future<Void> notDone(String why) {
    return Future.failedFuture(new WriteException(WriteException.Outcome.NOT_DONE, why));
  }

  private Backoff probeBackoff() {
    return new Backoff(site.options().probeFirst(), site.options().probeMax(), 0.5, random);
  }

  private void remove(DeviceLoop device) {
    devices.remove(device.spec.id());
    required(runner).remove(device);
    required(silence).forget(device);
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
    counters.connected(site.time().nanoTime());
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
    counters.disconnected(site.time().nanoTime());
    reason = why;
    required(runner).pause(why);
    devices.values().forEach(device -> device.goDown(Quality.DISCONNECTED, why));
    connect(reconnect.nextMillis());
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
}
