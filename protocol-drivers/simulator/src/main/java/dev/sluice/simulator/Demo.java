package dev.sluice.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.simulator.broker.Broker;
import dev.sluice.simulator.broker.Gate;
import dev.sluice.simulator.device.SimulatedDevice;
import dev.sluice.simulator.plant.Plant;
import dev.sluice.simulator.spec.PlantSpec;
import dev.sluice.simulator.spec.PointSpec;
import dev.sluice.simulator.verify.Subscriber;
import dev.sluice.simulator.verify.Summary;
import dev.sluice.simulator.verify.Verifier;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Plant, broker and verifying subscriber in one process.
 *
 * <pre>
 * devices (Plant)  &lt;--polls--  gateway  --MQTT--&gt;  Gate  --&gt;  Broker  --&gt;  Subscriber, Verifier
 *                            (its own process)     cut, mend    never down
 * </pre>
 *
 * <p>Methods may block; not for event loops.
 */
final class Demo {

  private static final String TOPICS = "site/+/readings/#";
  private static final int SHOWN_VALUES = 4;
  private static final Pattern REPEATED = Pattern.compile("_([2-9]|[1-9][0-9]+)$");
  private static final long QUIET_MILLIS = 500;
  private static final long DRAIN_MILLIS = 10_000;

  private final Plant plant;
  private final Gate gate;
  private final Verifier verifier;
  private final long began = System.nanoTime();
  private long lastReadings;
  private long lastNanos = began;

  private Demo(Plant plant, Gate gate, Verifier verifier) {
    this.plant = plant;
    this.gate = gate;
    this.verifier = verifier;
  }

  /**
   * Starts everything and waits until the subscriber is subscribed, so that nothing is missed.
   *
   * @param serial where the device files of serial lines appear, null for a temporary directory
   * @param port where the gateway finds the broker, 0 for any free one
   */
  static Demo start(Vertx vertx, PlantSpec spec, @Nullable Path serial, int port, boolean fromStart)
      throws IOException, InterruptedException {
    var verifier = new Verifier(fromStart, "counter");
    Broker broker = Broker.start(0, null);
    var subscriber = new Subscriber("127.0.0.1", broker.port(), TOPICS, "verifier", verifier);
    Context.await(vertx.deployVerticle(subscriber));
    Context.await(subscriber.subscribed());
    Gate gate = Context.await(Gate.open(vertx, port, broker.port()));
    return new Demo(Context.await(Plant.start(vertx, spec, serial)), gate, verifier);
  }

  Plant plant() {
    return plant;
  }

  String brokerUrl() {
    return "tcp://127.0.0.1:" + gate.port();
  }

  int brokerPort() {
    return gate.port();
  }

  void cut() throws IOException, InterruptedException {
    Context.await(gate.cut());
  }

  void mend() throws IOException, InterruptedException {
    Context.await(gate.mend());
  }

  /** What is going on; rates are since the last call. */
  synchronized ObjectNode status() {
    Summary summary = verifier.summary(List.of());
    long now = System.nanoTime();
    double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
    ObjectNode status = Report.event("status");
    status.put("uptime_s", (now - began) / 1_000_000_000L);
    status.put("uplink", gate.isCut() ? "cut" : "up");
    Report.add(status, summary);
    status.put("readings_per_s", Math.round((summary.readings() - lastReadings) / seconds));
    lastReadings = summary.readings();
    lastNanos = now;
    long answered = plant.devices().stream().mapToLong(SimulatedDevice::answered).sum();
    status.put("answered", answered);
    status.put("received", verifier.counts());
    status.put("behind", Math.max(0, answered - verifier.counts()));
    devices(status.putArray("devices"));
    return status;
  }

  private void devices(ArrayNode devices) {
    for (SimulatedDevice device : plant.devices()) {
      String id = device.spec().id();
      ObjectNode json = devices.addObject();
      json.put("id", id);
      json.put("answered", device.answered());
      json.put("received", verifier.lastCount(id));
      json.put("fault", device.fault().now().toString());
      Map<String, JsonNode> latest = verifier.latest(id);
      ObjectNode values = json.putObject("values");
      for (PointSpec point : device.spec().points()) {
        // Of points that repeat, the first one is enough to look at.
        JsonNode value = latest.get(point.name());
        if (value != null
            && values.size() < SHOWN_VALUES
            && !REPEATED.matcher(point.name()).find()) {
          values.set(point.name(), value);
        }
      }
    }
  }

  /**
   * Waits until nothing comes any more and judges. Every device that answered must have been heard
   * of.
   */
  Summary finish() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
    long before = -1;
    long messages = verifier.summary(List.of()).messages();
    while (messages != before && System.nanoTime() < deadline) {
      Thread.sleep(QUIET_MILLIS);
      before = messages;
      messages = verifier.summary(List.of()).messages();
    }
    return verifier.summary(
        plant.devices().stream()
            .filter(device -> device.answered() > 0)
            .map(device -> device.spec().id())
            .toList());
  }
}
