package dev.sluice.gateway.uplink.connector;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Where the messages of one connection go. Not thread-safe. */
final class Topics {

  /** Stands for the device where there is none; no device is written like this. */
  static final String OURS = "_sluice";

  /** Begins what is not the name of a point, and so not escaped. */
  private static final String NO_POINT = "\0";

  /** Topics that are remembered; more are made again each time they are wanted. */
  private static final int MAX_KNOWN = 20_000;

  /** One of them, with its length in UTF-8. */
  record Topic(String text, int bytes) {}

  private final TopicTemplate template;
  private final Map<Lane, Map<String, String>> values = new EnumMap<>(Lane.class);
  private final Map<Lane, Map<String, Map<String, Topic>>> known = new EnumMap<>(Lane.class);
  private final boolean perDevice;
  private final boolean perPoint;
  private final String suffix;
  private int size;

  /**
   * Of an uplink.
   *
   * @param suffix appended to what the template says
   */
  Topics(TopicTemplate template, MqttForm form, String stream, String encoding, String suffix) {
    this.template = template;
    this.perDevice = template.uses("device");
    this.perPoint = template.uses("point");
    this.suffix = suffix;
    for (Lane lane : Lane.values()) {
      values.put(
          lane,
          Map.of(
              "gateway", form.gateway(),
              "uplink", form.uplink(),
              "lane", lane.word(),
              "stream", stream,
              "encoding", encoding));
      known.put(lane, new HashMap<>());
    }
  }

  boolean isPerDevice() {
    return perDevice;
  }

  /** Of a word of ours about a device, or, with an empty one, about none. */
  Topic ours(Lane lane, String device, String word) {
    return topic(lane, device, NO_POINT + word);
  }

  /** Of a device as a whole. */
  Topic device(Lane lane, String device) {
    return topic(lane, device, "");
  }

  /** Of a point of a device. */
  Topic point(Lane lane, String device, String point) {
    return topic(lane, device, point);
  }

  private Topic topic(Lane lane, String device, String point) {
    Map<String, Map<String, Topic>> ofLane = known.get(lane);
    if (ofLane == null) {
      throw new IllegalStateException("BUG: no topics for lane " + lane);
    }
    String deviceKey = perDevice ? device : "";
    String pointKey = perPoint ? point : "";
    Map<String, Topic> ofDevice = ofLane.get(deviceKey);
    Topic topic = ofDevice == null ? null : ofDevice.get(pointKey);
    return topic == null ? made(lane, deviceKey, pointKey) : topic;
  }

  private Topic made(Lane lane, String device, String point) {
    var all = new HashMap<String, String>(values.getOrDefault(lane, Map.of()));
    all.put("device", device.isEmpty() ? OURS : TopicLevel.of(device));
    boolean ours = point.startsWith(NO_POINT);
    all.put("point", ours ? point.substring(NO_POINT.length()) : TopicLevel.of(point));
    String text;
    try {
      text = template.fill(all) + suffix;
    } catch (IllegalArgumentException e) {
      throw new Unfit("topic of " + device + " " + point + ": expected " + e.getMessage());
    }
    var topic = new Topic(text, text.getBytes(StandardCharsets.UTF_8).length);
    if (size++ >= MAX_KNOWN) {
      size = 1;
      known.values().forEach(Map::clear);
    }
    known
        .computeIfAbsent(lane, ignored -> new HashMap<>())
        .computeIfAbsent(device, ignored -> new HashMap<>())
        .put(point, topic);
    return topic;
  }
}
