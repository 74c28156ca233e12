package dev.sluice.gateway.acquire;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollClass;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Quality;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.Values;
import dev.sluice.driver.Writable;
import dev.sluice.driver.Write;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A device of an {@link OpenLine}. Methods may be called from anywhere. */
public final class OpenDevice implements DeviceContext {

  private final DeviceSpec spec;
  private final OpenLine line;
  private final Awaited awaited = new Awaited();
  private final Map<String, String> notes = new ConcurrentSkipListMap<>();
  private @Nullable Device device;
  private @Nullable DeviceDefinition definition;

  OpenDevice(DeviceSpec spec, OpenLine line) {
    this.spec = spec;
    this.line = line;
  }

  /** The driver has made it; on the line's context. */
  void made(Device driven) {
    device = driven;
    definition = DeviceLoop.define(spec, driven);
    if (driven instanceof Subscribing subscribing) {
      subscribing.subscribe(awaited);
    }
  }

  public DeviceSpec spec() {
    return spec;
  }

  public DeviceDefinition definition() {
    if (definition == null) {
      throw new IllegalStateException("BUG: a device that its driver did not make");
    }
    return definition;
  }

  /** What its driver wants the owner to know, by subject. */
  public Map<String, String> notes() {
    return Collections.unmodifiableMap(notes);
  }

  /** Whether its driver can write. */
  public boolean isWritable() {
    return driven() instanceof Writable;
  }

  /**
   * Reads points, with the retries that the device is configured with. Points that the device
   * refuses together are asked for one by one, so that one bad address does not hide the others.
   *
   * @param points ascending indices of the device's points
   * @param patience how long to wait for points that come by themselves
   * @return never fails but for a fault of the driver
   */
  public Future<List<Attempt>> read(int[] points, Duration patience) {
    return line.onContext(
        () -> {
          var done = new ArrayList<Attempt>();
          return readPlanned(points, done).compose(read -> awaitPushed(points, done, patience));
        });
  }

  private Future<Void> readPlanned(int[] points, List<Attempt> done) {
    Future<Void> all = Future.succeededFuture();
    for (Poll poll : driven().plan(points)) {
      all =
          all.compose(before -> run(poll, 1))
              .compose(
                  attempt ->
                      isRefusedTogether(attempt) ? oneByOne(poll, done) : add(attempt, done));
    }
    return all;
  }

  private static boolean isRefusedTogether(Attempt attempt) {
    PollException failure = attempt.failure();
    return failure != null
        && failure.failure() == PollFailure.REJECTED
        && attempt.points().size() > 1;
  }

  private static Future<Void> add(Attempt attempt, List<Attempt> done) {
    done.add(attempt);
    return Future.succeededFuture();
  }

  private Future<Void> oneByOne(Poll together, List<Attempt> done) {
    Future<Void> all = Future.succeededFuture();
    for (int point : together.points()) {
      all =
          all.compose(
              before -> {
                List<Poll> alone = driven().plan(new int[] {point});
                return alone.size() == 1
                    ? run(alone.get(0), 1).compose(attempt -> add(attempt, done))
                    : Future.succeededFuture();
              });
    }
    return all;
  }

  private Future<Attempt> run(Poll poll, int tries) {
    List<Integer> points = Arrays.stream(poll.points()).boxed().toList();
    var request = new PollRequest(PollClass.POLL, spec.timeout().toNanos());
    return driven()
        .run(poll, request)
        .transform(
            result -> {
              if (result.succeeded()) {
                PollResult answer = result.result();
                return Future.succeededFuture(
                    new Attempt(
                        poll.describe(), points, answer.values(), answer.timing(), null, tries));
              }
              PollException failure = OpenLine.inWords(result.cause());
              boolean silent =
                  failure.failure() == PollFailure.TIMEOUT
                      || failure.failure() == PollFailure.BAD_REPLY;
              return silent && tries <= spec.retries()
                  ? run(poll, tries + 1)
                  : Future.succeededFuture(failed(poll.describe(), points, failure, tries));
            });
  }

  private static Attempt failed(
      String what, List<Integer> points, PollException failure, int tries) {
    return new Attempt(
        what, points, Values.bad(points.size(), failure.quality()), null, failure, tries);
  }

  private Future<List<Attempt>> awaitPushed(int[] points, List<Attempt> done, Duration patience) {
    var missing = new TreeSet<Integer>();
    Arrays.stream(points).forEach(missing::add);
    done.forEach(attempt -> missing.removeAll(attempt.points()));
    if (missing.isEmpty()) {
      return Future.succeededFuture(done);
    }
    if (!(driven() instanceof Subscribing)) {
      done.add(
          failed(
              "nothing",
              List.copyOf(missing),
              new PollException(
                  PollFailure.REJECTED, Quality.ILLEGAL_ADDRESS, "the device refuses this place"),
              0));
      return Future.succeededFuture(done);
    }
    return awaited.all(missing, patience, line.vertx(), done).map(done);
  }

  /**
   * Says which transactions write these values; sends nothing.
   *
   * @param values raw ones, in this order
   * @return fails with a {@link SettingsException} for what cannot be written
   */
  public Future<List<Write>> planWrite(int[] points, Values values) {
    return line.onContext(
        () -> {
          if (!(driven() instanceof Writable writable)) {
            return Future.failedFuture(
                new WriteException(
                    WriteException.Outcome.NOT_DONE,
                    "device " + spec.id() + " cannot be written to: its driver only reads"));
          }
          try {
            return Future.succeededFuture(writable.planWrite(points, values));
          } catch (SettingsException e) {
            return Future.failedFuture(e);
          }
        });
  }

  /**
   * Runs one of these transactions. It is never repeated.
   *
   * @return fails with a {@link WriteException}
   */
  public Future<PollTiming> write(Write write) {
    return line.onContext(
        () ->
            ((Writable) driven())
                .write(write, new PollRequest(PollClass.WRITE, spec.timeout().toNanos()))
                .recover(cause -> Future.failedFuture(WriteException.after(write, cause))));
  }

  private Device driven() {
    if (device == null) {
      throw new IllegalStateException("BUG: a device that its driver did not make");
    }
    return device;
  }

  /** Each reading is planned afresh. */
  @Override
  public void replan() {}

  /** What the gateway learnt of the device is not looked at: a person wants to see it answer. */
  @Override
  public Buffer state() {
    return Buffer.buffer();
  }

  @Override
  public Future<Void> saveState(Buffer state) {
    return Future.succeededFuture();
  }

  /** Nobody counts: each transaction is looked at. */
  @Override
  public void count(String event, long count) {}

  @Override
  public void note(String subject, String text) {
    if (text.isEmpty()) {
      notes.remove(subject);
    } else {
      notes.put(subject, text);
    }
  }
}
