package dev.sluice.gateway.cli;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Driver;
import dev.sluice.driver.DriverSchema;
import dev.sluice.driver.Found;
import dev.sluice.driver.Guessing;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.LineSettings;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.Probing;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Quality;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.Writable;
import dev.sluice.driver.Write;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A driver whose devices are cells in memory: {@code at} names one, {@code type} says how it is
 * read. What goes wrong is told by the test. A cell called {@code push…} comes by itself.
 */
final class BenchDriver implements Driver, Guessing {

  /** What stands in the cells, as bits. */
  final Map<String, Long> cells = new ConcurrentHashMap<>();

  /** Cells that fail when they are read. */
  final Map<String, PollException> unreadable = new ConcurrentHashMap<>();

  /** Cells that fail when they are written. */
  final Map<String, PollException> unwritable = new ConcurrentHashMap<>();

  /** Cells that say yes to a write and stay as they are. */
  final List<String> stubborn = new ArrayList<>();

  /** Cells that never answer a write, not even by a timeout. */
  final List<String> hanging = new CopyOnWriteArrayList<>();

  /** Called with each cell that was written, before anybody hears of it. */
  volatile Consumer<String> written = cell -> {};

  /** Devices by setting and address: {@code 9600 none 7}. */
  final Map<String, Map<String, String>> present = new ConcurrentHashMap<>();

  /** What a probe fails with elsewhere, by setting and address; a timeout by default. */
  final Map<String, PollException> silent = new ConcurrentHashMap<>();

  /** Called with each setting and address that is asked. */
  volatile Consumer<String> probed = question -> {};

  /** Everything that was sent, in order. */
  final Queue<String> sent = new ConcurrentLinkedQueue<>();

  static PollException failure(PollFailure failure, Quality quality, String words) {
    return new PollException(failure, quality, words);
  }

  static PollException timeout() {
    return failure(PollFailure.TIMEOUT, Quality.TIMEOUT, "no answer within 50 ms");
  }

  static PollException refusal() {
    return failure(PollFailure.REJECTED, Quality.ILLEGAL_ADDRESS, "exception 02");
  }

  @Override
  public String type() {
    return "bench";
  }

  @Override
  public DriverSchema schema() {
    var text = new JsonObject().put("type", "string").put("description", "Text.");
    var number = new JsonObject().put("type", "integer").put("description", "A number.");
    var object = new JsonObject().put("type", "object").put("description", "A mapping.");
    return new DriverSchema(
        new JsonObject()
            .put(
                "properties",
                new JsonObject().put("serial", object).put("tcp", object).put("fails", text)),
        new JsonObject().put("properties", new JsonObject().put("unit", number)),
        new JsonObject()
            .put(
                "properties",
                new JsonObject()
                    .put("at", text.copy().put("examples", new JsonArray().add("cell 0")))
                    .put(
                        "type",
                        text.copy()
                            .put("enum", new JsonArray().add("int16").add("bool").add("float32"))))
            .put("required", new JsonArray().add("at")));
  }

  @Override
  public List<JsonObject> guesses(JsonObject point) {
    var guesses = new ArrayList<JsonObject>();
    for (String type : List.of("int16", "bool", "float32")) {
      guesses.add(new JsonObject().put("at", point.getString("at")).put("type", type));
    }
    return guesses;
  }

  @Override
  public Line createLine(LineSettings settings, LineContext context) {
    return new Cells(settings.json(), context);
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Transaction(int[] points, String describe) implements Poll, Write {
    @Override
    public long busNanos() {
      return 0;
    }
  }

  private final class Cells implements Line, Probing {

    private final JsonObject settings;
    private final LineContext context;

    Cells(JsonObject settings, LineContext context) {
      this.settings = settings;
      this.context = context;
    }

    @Override
    public Device addDevice(DeviceSettings device, DeviceContext deviceContext)
        throws SettingsException {
      for (var point : device.points()) {
        if (point.json().getString("at").startsWith("no ")) {
          throw new SettingsException(
              List.of(
                  new SettingsProblem(
                      "points/" + point.name() + "/at",
                      point.json().getString("at"),
                      "a cell",
                      "")));
        }
      }
      deviceContext.note("timeout_too_short", "raise its timeout");
      return new CellDevice(device, context);
    }

    @Override
    public Future<Void> connect() {
      String why = settings.getString("fails", "");
      return why.isEmpty()
          ? Future.succeededFuture()
          : Future.failedFuture(new java.io.IOException(why));
    }

    @Override
    public int concurrency() {
      return 1;
    }

    @Override
    public List<JsonObject> variants() {
      JsonObject serial = settings.getJsonObject("serial");
      if (serial == null) {
        return List.of(settings);
      }
      var variants = new ArrayList<JsonObject>(List.of(settings));
      for (int baud : new int[] {9_600, 19_200}) {
        for (String parity : List.of("none", "even")) {
          JsonObject variant = settings.copy();
          variant.getJsonObject("serial").put("baud", baud).put("parity", parity);
          if (!variant.equals(settings)) {
            variants.add(variant);
          }
        }
      }
      return variants;
    }

    @Override
    public int[] addresses() {
      return IntStream.rangeClosed(1, 30).toArray();
    }

    @Override
    public Future<Found> probe(int address, PollRequest request) {
      JsonObject serial = settings.getJsonObject("serial");
      String question =
          (serial == null ? "" : serial.getInteger("baud") + " " + serial.getString("parity") + " ")
              + address;
      sent.add(question);
      probed.accept(question);
      Map<String, String> identity = present.get(question);
      PollException failure = silent.getOrDefault(question, timeout());
      return later(context, request.timeoutNanos() / 10)
          .compose(
              waited ->
                  identity == null
                      ? Future.failedFuture(failure)
                      : Future.succeededFuture(
                          new Found(address, "cell 0: one register", identity, 3_000_000)));
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  private static Future<Void> later(LineContext context, long nanos) {
    return context.vertx().timer(Math.max(1, nanos / 1_000_000)).mapEmpty();
  }

  private final class CellDevice implements Device, Writable, Subscribing {

    private final DeviceSettings settings;
    private final LineContext context;

    CellDevice(DeviceSettings settings, LineContext context) {
      this.settings = settings;
      this.context = context;
    }

    private String at(int point) {
      return settings.points().get(point).json().getString("at");
    }

    @Override
    public ValueType type(int point) {
      String type = settings.points().get(point).json().getString("type", "int16");
      return ValueType.valueOf(type.toUpperCase(Locale.ROOT));
    }

    @Override
    public List<Poll> plan(int[] points) {
      int[] asked = Arrays.stream(points).filter(p -> !at(p).startsWith("push")).toArray();
      return asked.length == 0
          ? List.of()
          : List.of(new Transaction(asked, "read " + (asked.length == 1 ? at(asked[0]) : "block")));
    }

    @Override
    public Future<PollResult> run(Poll poll, PollRequest request) {
      sent.add(poll.describe());
      var values = new Values.Builder(poll.points().length);
      for (int i = 0; i < poll.points().length; i++) {
        PollException failure = unreadable.get(at(poll.points()[i]));
        if (failure != null) {
          return Future.failedFuture(failure);
        }
        values.integer(i, cells.getOrDefault(at(poll.points()[i]), 0L));
      }
      return Future.succeededFuture(new PollResult(values.build(), timing()));
    }

    private PollTiming timing() {
      long now = context.time().nanoTime();
      return new PollTiming(now - 2_000_000, now, now, 8, 9);
    }

    @Override
    public void subscribe(PushHandler handler) {
      for (int i = 0; i < settings.points().size(); i++) {
        int point = i;
        if (at(point).startsWith("push") && !at(point).equals("push never")) {
          var unused =
              later(context, 300_000_000)
                  .onSuccess(
                      waited ->
                          handler.pushed(
                              new int[] {point},
                              new Values.Builder(1).integer(0, 42).build(),
                              timing()));
        }
      }
    }

    @Override
    public List<Write> planWrite(int[] points, Values values) throws SettingsException {
      var writes = new ArrayList<Write>();
      for (int point : points) {
        if (at(point).startsWith("input")) {
          throw new SettingsException(
              List.of(
                  new SettingsProblem(
                      "points/" + settings.points().get(point).name(),
                      at(point),
                      "a cell that can be written to",
                      "")));
        }
        pending = values.bits(0);
        writes.add(new Transaction(new int[] {point}, "write " + at(point)));
      }
      return writes;
    }

    private long pending;

    @Override
    public Future<PollTiming> write(Write write, PollRequest request) {
      sent.add(write.describe());
      String at = at(write.points()[0]);
      PollException failure = unwritable.get(at);
      if (failure != null) {
        return Future.failedFuture(failure);
      }
      if (!stubborn.contains(at)) {
        cells.put(at, pending);
      }
      written.accept(at);
      if (hanging.contains(at)) {
        return Promise.<PollTiming>promise().future();
      }
      return Future.succeededFuture(timing());
    }

    @Override
    public void close() {}
  }
}
