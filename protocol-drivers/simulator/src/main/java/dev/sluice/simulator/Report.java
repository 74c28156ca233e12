package dev.sluice.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.simulator.device.SimulatedDevice;
import dev.sluice.simulator.plant.Plant;
import dev.sluice.simulator.spec.LineSpec;
import dev.sluice.simulator.spec.Medium;
import dev.sluice.simulator.verify.Summary;

/** The JSON lines that commands print for other programs; {@code event} says what a line is. */
final class Report {

  static final String PLANT = "fault, status or stop";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Report() {}

  static ObjectNode event(String word) {
    return JSON.createObjectNode().put("event", word);
  }

  /** All lines of a plant listen. */
  static ObjectNode ready(Plant plant) {
    ObjectNode ready = event("ready");
    ready.put("plant", plant.spec().name());
    ready.put("lines", plant.spec().lines().size());
    ready.put("devices", plant.devices().size());
    ready.put("points", plant.spec().points());
    ObjectNode ports = ready.putObject("ports");
    ObjectNode serial = ready.putObject("serial");
    for (LineSpec line : plant.spec().lines()) {
      String port = plant.ports().get(line.id());
      if (line.medium() instanceof Medium.Serial medium) {
        serial
            .putObject(line.id())
            .put("port", port)
            .put("settings", medium.toString())
            .put("devices", line.devices().size());
      } else {
        ports.put(line.id(), Integer.valueOf(port));
      }
    }
    return ready;
  }

  /** What the devices of a plant did so far. */
  static ObjectNode plant(Plant plant) {
    ObjectNode status = event("status");
    status.put("answered", plant.devices().stream().mapToLong(SimulatedDevice::answered).sum());
    ArrayNode devices = status.putArray("devices");
    for (SimulatedDevice device : plant.devices()) {
      devices
          .addObject()
          .put("id", device.spec().id())
          .put("answered", device.answered())
          .put("fault", device.fault().now().toString());
    }
    return status;
  }

  /** Adds what a verifier found. */
  static ObjectNode add(ObjectNode to, Summary summary) {
    return to.put("published", summary.published())
        .put("acknowledged", summary.acknowledged())
        .put("duplicates", summary.duplicates())
        .put("missing", summary.missing())
        .put("readings_missing", summary.readingsMissing())
        .put("readings_named", summary.readingsNamed())
        .put("repeated", summary.repeated())
        .put("readings", summary.readings())
        .put("messages", summary.messages())
        .put("malformed", summary.malformed())
        .put("streams", summary.streams());
  }

  /** The end of a run: all that was found. */
  static ObjectNode summary(Summary summary) {
    ObjectNode json = add(event("summary"), summary);
    ArrayNode words = json.putArray("words");
    summary.words().forEach(words::add);
    return json;
  }
}
