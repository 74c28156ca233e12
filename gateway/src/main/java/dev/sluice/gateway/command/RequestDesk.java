package dev.sluice.gateway.command;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What requests mean. States and jobs name points, {@code {"devices":{"meter":{"setpoint":21.5}}}};
 * the command {@code write} has {@code device}, {@code point} and {@code value}. Each point becomes
 * a checked write. What one uplink wants is done one after the other, no faster than it may
 * command. Thread-safe.
 */
public final class RequestDesk implements Requests {

  private static final Logger LOG = LoggerFactory.getLogger(RequestDesk.class);

  /** Of one uplink, waiting or under way; more is refused. */
  private static final int MOST_WAITING = 16;

  private static final String WRITE = "write";

  /** What a point holds, as far as is known. */
  @FunctionalInterface
  public interface Present {

    /** Its last good value in engineering units, as in {@link WriteRequest#value}; null if none. */
    @Nullable Object value(String device, String point);
  }

  private final Vertx vertx;
  private final Commands commands;
  private final Present present;
  private final long spaceMillis;
  private final RequestCounters counters = new RequestCounters();
  private final Map<String, Future<Void>> last = new HashMap<>();
  private final Map<String, Integer> waiting = new HashMap<>();

  /**
   * None yet.
   *
   * @param commands carries out, or refuses, each write
   */
  public RequestDesk(Vertx vertx, Commands commands, CommandOptions options, Present present) {
    this.vertx = vertx;
    this.commands = commands;
    this.present = present;
    this.spaceMillis = TimeUnit.SECONDS.toMillis(1) / options.rate() + 1;
  }

  public RequestStats stats() {
    return counters.snapshot();
  }

  @Override
  public Future<Answer> take(Request request) {
    Context asking = vertx.getOrCreateContext();
    Promise<Answer> answer = Promise.promise();
    queued(request)
        .otherwise(
            error -> {
              LOG.atError().setCause(error).log("BUG: a request failed in an unexpected way");
              return Answer.of(Answer.NOT_KNOWN, "it failed in an unexpected way");
            })
        .onSuccess(
            came -> {
              counters.count(request, came);
              tell(request, came);
              asking.runOnContext(ignored -> answer.complete(came));
            });
    return answer.future();
  }

  private static void tell(Request request, Answer answer) {
    (answer.isDone() ? LOG.atInfo() : LOG.atWarn())
        .addKeyValue("uplink", request.source())
        .addKeyValue("kind", request.kind())
        .addKeyValue("code", answer.code())
        .addKeyValue("detail", WantedValue.inWords(answer.detail()))
        .log("request from upstream");
  }

  private synchronized Future<Answer> queued(Request request) {
    String source = request.source();
    if (waiting.merge(source, 1, Integer::sum) > MOST_WAITING) {
      waiting.merge(source, -1, Integer::sum);
      return Future.succeededFuture(
          Answer.of(Answer.TOO_MANY, MOST_WAITING + " requests of this uplink wait already"));
    }
    Future<Void> before = last.getOrDefault(source, Future.succeededFuture());
    Future<Answer> mine = before.transform(done -> answer(request));
    last.put(source, mine.transform(done -> ended(source)));
    return mine;
  }

  private synchronized Future<Void> ended(String source) {
    waiting.merge(source, -1, Integer::sum);
    return Future.succeededFuture();
  }

  private Future<Answer> answer(Request request) {
    if (request instanceof Command command) {
      return command(command);
    }
    if (request instanceof Job job) {
      Object operation = job.document().get("operation");
      return WRITE.equals(operation)
          ? points(job.source(), job.id(), job.document())
          : Future.succeededFuture(
              Answer.of(
                  Answer.UNKNOWN,
                  "found operation " + Wanted.shown(operation) + ", expected \"write\""));
    }
    DesiredState state = (DesiredState) request;
    return points(state.source(), "", state.state());
  }

  private Future<Answer> command(Command command) {
    if (!command.name().equals(WRITE)) {
      return Future.succeededFuture(
          Answer.of(
              Answer.UNKNOWN,
              "found method " + Wanted.shown(command.name()) + ", expected \"write\""));
    }
    Map<String, Object> given = command.parameters();
    Object value = given.get("value");
    if (!(given.get("device") instanceof String device)
        || !(given.get("point") instanceof String point)
        || value == null
        || !Wanted.isValue(value)) {
      return Future.succeededFuture(
          Answer.of(
              Answer.MALFORMED,
              "expected device and point as texts and value as a number, text or truth value"));
    }
    var write =
        new WriteRequest(
            command.source(), command.id(), command.expiresMillis(), device, point, value);
    return commands.write(write).map(outcome -> Answer.of(outcome.code(), outcome.detail()));
  }

  /** Later ones are carried out also when a former one was not. */
  private Future<Answer> points(String source, String id, Map<String, Object> document) {
    List<Wanted> all;
    try {
      all = Wanted.of(document);
    } catch (UnfitValueException e) {
      return Future.succeededFuture(Answer.of(Answer.MALFORMED, String.valueOf(e.getMessage())));
    }
    var now = new TreeMap<String, Object>();
    var errors = new TreeMap<String, Object>();
    var codes = new ArrayList<Integer>();
    Future<Void> end = Future.succeededFuture();
    for (Wanted one : all) {
      end =
          end.compose(
              ignored -> {
                if (Wanted.same(present.value(one.device(), one.point()), one.value())) {
                  put(now, one);
                  return Future.succeededFuture();
                }
                String each = id.isEmpty() ? "" : id + " " + one.device() + "/" + one.point();
                return commands
                    .write(
                        new WriteRequest(source, each, 0, one.device(), one.point(), one.value()))
                    .compose(
                        outcome -> {
                          if (outcome.result() == WriteOutcome.Result.DONE) {
                            put(now, one);
                          } else {
                            codes.add(outcome.code());
                            errors.put(one.device() + "/" + one.point(), outcome.detail());
                          }
                          return space();
                        });
              });
    }
    return end.map(ignored -> answer(now, errors, codes));
  }

  @SuppressWarnings("unchecked")
  private static void put(Map<String, Object> now, Wanted one) {
    ((Map<String, Object>) now.computeIfAbsent(one.device(), id -> new TreeMap<String, Object>()))
        .put(one.point(), one.value());
  }

  private static Answer answer(
      Map<String, Object> now, Map<String, Object> errors, List<Integer> codes) {
    var body = new TreeMap<String, Object>();
    body.put("devices", now);
    if (errors.isEmpty()) {
      return new Answer(Answer.DONE, "all points are so now", body);
    }
    body.put("errors", errors);
    int code = codes.stream().distinct().count() == 1 ? codes.get(0) : Answer.FAILED;
    return new Answer(
        code, String.join("; ", errors.values().stream().map(String::valueOf).toList()), body);
  }

  private Future<Void> space() {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(spaceMillis, ignored -> over.complete());
    return over.future();
  }
}
