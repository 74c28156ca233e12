package dev.sluice.gateway.acquire;

import dev.sluice.driver.Device;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.TimeSource;
import dev.sluice.driver.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device on its line: its polls, whether it answers, and what is told about it downstream. On
 * the line's context.
 *
 * <pre>
 *   UNKNOWN --answer--> UP --failed after retries--> DOWN --probe answered--> UP
 * </pre>
 */
final class DeviceLoop {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceLoop.class);

  final DeviceSpec spec;
  final Device device;
  final DeviceDefinition definition;
  final Backoff probeBackoff;
  private final DeviceHost host;
  private final Outlet outlet;
  private final TimeSource time;
  private final int[] allPoints;
  private List<ScheduledPoll> polls = List.of();

  /** Taken out of the configuration: whatever still comes back is of no interest. */
  private boolean removed;

  /** Polls in a row, of any kind, that brought nothing. */
  private int silentInARow;

  /** Down because it did not answer, not because its line was gone. */
  private boolean silent;

  private boolean up;
  private String reason = "unknown";
  private long changedNanos;
  private volatile LineStats.DeviceStats stats;
  private long answered;
  private long failed;
  private LineStats.Rtt rtt = LineStats.Rtt.NONE;
  private final Map<Quality, Long> failures = new EnumMap<>(Quality.class);
  private Map<String, Long> failureWords = Map.of();

  /** Points that were written to and not read since, and when. */
  private final Map<Integer, Long> written = new HashMap<>();

  DeviceLoop(
      DeviceSpec spec,
      Device device,
      DeviceHost host,
      Outlet outlet,
      TimeSource time,
      Backoff probeBackoff) {
    this.spec = spec;
    this.device = device;
    this.host = host;
    this.outlet = outlet;
    this.time = time;
    this.probeBackoff = probeBackoff;
    this.definition = define(spec, device);
    this.allPoints = IntStream.range(0, spec.points().size()).toArray();
    this.changedNanos = time.nanoTime();
    this.stats = snapshot();
  }

  /** What is known of a device's points once its driver has made it. */
  static DeviceDefinition define(DeviceSpec spec, Device device) {
    var points = new ArrayList<PointDefinition>();
    for (int i = 0; i < spec.points().size(); i++) {
      PointSpec point = spec.points().get(i);
      points.add(
          new PointDefinition(
              spec.settings().points().get(i).name(), point.unit(), device.type(i), point.rules()));
    }
    return new DeviceDefinition(spec.id(), points);
  }

  /**
   * Asks the driver for a plan, one call per interval, and places it in time.
   *
   * @param phase where in its interval the device begins, 0 to 1, so that devices take turns
   */
  List<ScheduledPoll> plan(double phase) {
    Map<Duration, List<Integer>> byInterval = new LinkedHashMap<>();
    for (int i = 0; i < spec.points().size(); i++) {
      byInterval.computeIfAbsent(spec.points().get(i).every(), every -> new ArrayList<>()).add(i);
    }
    long now = time.nanoTime();
    var planned = new ArrayList<ScheduledPoll>();
    byInterval.forEach(
        (every, points) -> {
          int[] indices = points.stream().mapToInt(Integer::intValue).toArray();
          long first = now + (long) (every.toNanos() * phase);
          for (Poll poll : device.plan(indices)) {
            planned.add(new ScheduledPoll(this, poll, every.toNanos(), planned.size(), first));
          }
        });
    polls = List.copyOf(planned);
    return polls;
  }

  List<ScheduledPoll> polls() {
    return polls;
  }

  /** An attempt brought nothing. */
  void count(Quality quality) {
    failures.merge(quality, 1L, Long::sum);
    var words = new TreeMap<String, Long>();
    failures.forEach((each, count) -> words.put(each.word(), count));
    failureWords = Map.copyOf(words);
  }

  /** A device that has just been silent for all attempts of one poll gets one for the next. */
  boolean mayBeRetried() {
    return silentInARow == 0;
  }

  boolean isRemoved() {
    return removed;
  }

  /** It was silent while its line was up: to be asked again before it is polled. */
  boolean isSilent() {
    return silent;
  }

  /** The device is known to be down, so only probes go to it. */
  boolean isDown() {
    return !up && !reason.equals("unknown");
  }

  /** Why some of these points must not be written to, in words; empty if all may. */
  String notWritable(int[] points) {
    for (int point : points) {
      if (!spec.points().get(point).writable()) {
        return "point "
            + spec.settings().points().get(point).name()
            + " of device "
            + spec.id()
            + " must not be written to: it is not configured with writable: true";
      }
    }
    return "";
  }

  LineStats.DeviceStats stats() {
    return stats;
  }

  void answered(Poll poll, PollResult result) {
    answered(poll.points(), result.values(), result.timing());
  }

  /** Values came, asked for or not. */
  void answered(int[] points, Values values, PollTiming timing) {
    answered++;
    rtt = rtt.with(timing.lastByteNanos() - timing.requestEndNanos());
    Acquisition at = at(timing.acquiredNanos());
    comeUp(at);
    outlet.send(new ReadingBlock(definition, points, values, at, readBack(points, values, timing)));
    stats = snapshot();
  }

  /** These were written to; what they hold now goes downstream also if it hardly changed. */
  void written(int[] points, long nanos) {
    for (int point : points) {
      written.put(point, nanos);
    }
  }

  /** Which of these values are the first since their point was written to; null for none. */
  private @Nullable BitSet readBack(int[] points, Values values, PollTiming timing) {
    if (written.isEmpty()) {
      return null;
    }
    BitSet first = null;
    for (int i = 0; i < points.length; i++) {
      Long since = written.get(points[i]);
      // An answer to what was asked before may tell of before.
      if (since != null && values.isGood(i) && timing.requestEndNanos() - since >= 0) {
        written.remove(points[i]);
        first = first == null ? new BitSet(points.length) : first;
        first.set(i);
      }
    }
    return first;
  }

  /** The device is there but gave no values for these points. */
  void refused(int[] points, PollException failure) {
    failed++;
    Acquisition at = at(time.nanoTime());
    comeUp(at);
    outlet.send(
        new ReadingBlock(definition, points, Values.bad(points.length, failure.quality()), at));
    stats = snapshot();
  }

  /**
   * A poll brought nothing after all retries. One that fails while the device answers others is no
   * reason to give up the device: only its points are marked.
   *
   * @return whether the device counts as down now
   */
  boolean failed(Poll poll, PollException failure) {
    failed++;
    silentInARow++;
    if (silentInARow == 1 && polls.size() > 1 && !isDown()) {
      int[] points = poll.points();
      outlet.send(
          new ReadingBlock(
              definition,
              points,
              Values.bad(points.length, failure.quality()),
              at(time.nanoTime())));
      stats = snapshot();
      return false;
    }
    silent = true;
    goDown(failure.quality(), poll.describe() + ": " + failure.getMessage());
    return true;
  }

  /** Nothing is known of the device now: it is silent, or its line is gone. */
  void goDown(Quality quality, String message) {
    String word = quality.word();
    if (!up && reason.equals(word)) {
      stats = snapshot();
      return;
    }
    LOG.atWarn()
        .addKeyValue("device", spec.id())
        .addKeyValue("line", spec.line())
        .addKeyValue("reason", word)
        .addKeyValue("detail", message)
        .log("device down");
    up = false;
    reason = word;
    changedNanos = time.nanoTime();
    Acquisition at = at(time.nanoTime());
    outlet.send(new ReadingBlock(definition, allPoints, Values.bad(allPoints.length, quality), at));
    outlet.send(new DeviceState(definition, false, word, at));
    stats = snapshot();
  }

  /** The line is back: what this device does is to be found out by its polls. */
  void forget() {
    reason = "unknown";
    probeBackoff.reset();
    stats = snapshot();
  }

  /** The device is taken out of the configuration. */
  void remove() {
    removed = true;
    device.close();
    outlet.send(new DeviceState(definition, false, DeviceState.REMOVED, at(time.nanoTime())));
  }

  private void comeUp(Acquisition at) {
    probeBackoff.reset();
    silentInARow = 0;
    silent = false;
    if (!up) {
      up = true;
      reason = "";
      changedNanos = time.nanoTime();
      LOG.atInfo()
          .addKeyValue("device", spec.id())
          .addKeyValue("line", spec.line())
          .log("device up");
      outlet.send(new DeviceState(definition, true, "", at));
    }
  }

  private Acquisition at(long nanos) {
    return new Acquisition(time.wallMillisAt(nanos), time.trusted(), nanos);
  }

  private LineStats.DeviceStats snapshot() {
    return new LineStats.DeviceStats(
        spec.id(),
        up,
        reason,
        changedNanos,
        answered,
        failed,
        rtt,
        failureWords,
        host.events(),
        host.notes());
  }
}
