package dev.sluice.gateway.uplink.sparkplug;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;

/**
 * A host that forgives nothing: follows one Edge Node by the letter of the specification, with the
 * classes of somebody else, and writes down every violation under the id of the assertion.
 * Thread-safe.
 */
public final class StrictHost {

  /** A value as it came. */
  public record Reading(
      String device, String metric, long time, Object value, boolean historical, int quality) {}

  private record Definition(String name, int datatype) {}

  private static final class Device {
    final Map<String, Definition> byName = new HashMap<>();
    final Map<Long, Definition> byAlias = new HashMap<>();
  }

  private final String group;
  private final String node;
  private final List<String> violations = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final List<Reading> readings = new ArrayList<>();
  private final Map<String, Device> born = new TreeMap<>();
  private final Set<Long> aliases = new HashSet<>();
  private boolean nodeBorn;
  private boolean everBorn;
  private long bdSeq = -1;
  private long lastDead = -1;
  private int seq;
  private int births;
  private long messages;

  public StrictHost(String group, String node) {
    this.group = group;
    this.node = node;
  }

  /** One message, in the order of the wire. */
  public synchronized void accept(String topic, byte[] bytes, int qos, boolean retained) {
    messages++;
    String[] levels = topic.split("/", -1);
    check(levels.length == 4 || levels.length == 5, "topic-structure", topic);
    check(levels[0].equals("spBv1.0"), "topic-structure-namespace-a", topic);
    check(levels[1].equals(group) && levels[3].equals(node), "topic-structure", topic);
    String type = levels[2];
    String device = levels.length == 5 ? levels[4] : "";
    check(type.startsWith("D") == !device.isEmpty(), "topic-structure", topic);
    Payload payload;
    try {
      payload = Payload.parseFrom(bytes);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      check(false, "topic-structure-namespace-valid-payload", topic + ": " + e.getMessage());
      return;
    }
    check(!retained, "topics-" + type.toLowerCase(java.util.Locale.ROOT) + "-mqtt", "retained");
    if (type.equals("NDEATH")) {
      nodeDeath(payload, qos);
      return;
    }
    check(qos == 0, "payloads-" + type.toLowerCase(java.util.Locale.ROOT) + "-qos", "" + qos);
    check(payload.hasTimestamp(), "topics-" + type + "-timestamp", "none");
    check(payload.hasSeq(), "payloads-sequence-num-always-included", topic);
    check(payload.getSeq() >= 0 && payload.getSeq() <= 255, "payloads-" + type + "-seq", "range");
    for (Metric metric : payload.getMetricsList()) {
      well(metric);
    }
    if (type.equals("NBIRTH")) {
      nodeBirth(payload);
      return;
    }
    check(nodeBorn, "principles-birth-certificates-order", type + " before NBIRTH");
    seq = (seq + 1) % 256;
    check(
        payload.getSeq() == seq,
        "payloads-sequence-num-incrementing",
        seq + " " + payload.getSeq());
    seq = (int) payload.getSeq();
    switch (type) {
      case "DBIRTH" -> deviceBirth(device, payload);
      case "DDEATH" -> {
        Device dead = born.remove(device);
        check(dead != null, "operational-behavior-device-ddeath", "of " + device);
        aliases.removeAll(dead == null ? Set.of() : dead.byAlias.keySet());
        events.add("DDEATH " + device);
      }
      case "NDATA" -> data("", payload);
      case "DDATA" -> data(device, payload);
      default -> check(false, "topic-structure-namespace-valid-type", type);
    }
  }

  private void nodeBirth(Payload payload) {
    check(payload.getSeq() == 0, "payloads-nbirth-seq", "" + payload.getSeq());
    seq = 0;
    nodeBorn = true;
    births++;
    born.clear();
    aliases.clear();
    define("", payload);
    Metric number = metric(payload, "bdSeq");
    check(
        number != null && number.getDatatype() == 4 && number.hasLongValue(),
        "topics-nbirth-bdseq-included",
        "" + number);
    if (number != null) {
      check(number.getLongValue() >= 0 && number.getLongValue() < 256, "payloads-nbirth-bdseq", "");
      check(!number.hasAlias(), "operational-behavior-data-commands-rebirth-name-aliases", "bdSeq");
      if (everBorn && bdSeq == lastDead) {
        check(number.getLongValue() != lastDead, "topics-nbirth-bdseq-increment", "" + bdSeq);
      }
      bdSeq = number.getLongValue();
    }
    everBorn = true;
    Metric rebirth = metric(payload, "Node Control/Rebirth");
    check(
        rebirth != null
            && rebirth.getDatatype() == 11
            && rebirth.hasBooleanValue()
            && !rebirth.getBooleanValue()
            && !rebirth.hasAlias(),
        "payloads-nbirth-rebirth-req",
        "" + rebirth);
    events.add("NBIRTH " + bdSeq);
  }

  private void nodeDeath(Payload payload, int qos) {
    check(qos == 1, "payloads-ndeath-will-message-qos", "" + qos);
    check(!payload.hasSeq(), "payloads-ndeath-seq", "present");
    check(
        payload.getMetricsCount() == 1 && payload.getMetrics(0).getName().equals("bdSeq"),
        "topics-ndeath-payload",
        payload.toString());
    long number = payload.getMetrics(0).getLongValue();
    if (nodeBorn) {
      check(number == bdSeq, "topics-nbirth-bdseq-matching", number + " for " + bdSeq);
    }
    if (number == bdSeq) {
      nodeBorn = false;
      born.clear();
    }
    lastDead = number;
    events.add("NDEATH " + number);
  }

  private void deviceBirth(String device, Payload payload) {
    Device former = born.remove(device);
    if (former != null) {
      aliases.removeAll(former.byAlias.keySet());
    }
    define(device, payload);
    events.add("DBIRTH " + device);
  }

  private void define(String device, Payload payload) {
    var definitions = new Device();
    for (Metric metric : payload.getMetricsList()) {
      check(metric.hasName(), "payloads-name-requirement", device);
      check(metric.hasDatatype(), "payloads-metric-datatype-req", metric.getName());
      check(metric.hasTimestamp(), "payloads-name-birth-data-requirement", metric.getName());
      check(
          valued(metric, metric.getDatatype()) || metric.getIsNull(),
          "operational-behavior-data-publish-"
              + (device.isEmpty() ? "nbirth" : "dbirth")
              + "-values",
          metric.toString());
      check(!metric.getIsHistorical(), "payloads-name-birth-data-requirement", "historical birth");
      var definition = new Definition(metric.getName(), metric.getDatatype());
      check(
          definitions.byName.put(metric.getName(), definition) == null,
          "topics-dbirth-metric-reqs",
          "twice " + metric.getName());
      if (metric.hasAlias()) {
        check(aliases.add(metric.getAlias()), "payloads-alias-uniqueness", metric.toString());
        definitions.byAlias.put(metric.getAlias(), definition);
      }
      note(device, definition, metric);
    }
    born.put(device, definitions);
  }

  private void data(String device, Payload payload) {
    String which = device.isEmpty() ? "ndata" : "ddata";
    Device definitions = born.get(device);
    check(definitions != null, "payloads-" + which + "-order", "of unborn " + device);
    check(payload.getMetricsCount() > 0, "topics-" + which + "-payload", "empty");
    if (definitions == null) {
      return;
    }
    long last = Long.MIN_VALUE;
    for (Metric metric : payload.getMetricsList()) {
      check(!metric.hasDatatype(), "payloads-metric-datatype-not-req", metric.toString());
      check(metric.hasTimestamp(), "payloads-" + which + "-timestamp", "of a metric");
      check(
          !(metric.hasAlias() && metric.hasName()), "payloads-alias-data-cmd-requirement", "both");
      Definition definition =
          metric.hasAlias()
              ? definitions.byAlias.get(metric.getAlias())
              : definitions.byName.get(metric.getName());
      check(definition != null, "topics-dbirth-metrics", device + " had no " + metric);
      if (definition == null) {
        continue;
      }
      check(
          metric.hasName() != definitions.byAlias.containsValue(definition),
          "payloads-alias-birth-requirement",
          metric.toString());
      check(
          metric.getIsNull() || valued(metric, definition.datatype),
          "payloads-metric-datatype-value-type",
          definition + ": " + metric);
      if (!metric.getIsHistorical()) {
        check(metric.getTimestamp() >= last, "payloads-metric-timestamp-in-UTC", "order");
        last = metric.getTimestamp();
      }
      note(device, definition, metric);
      readings.add(
          new Reading(
              device,
              definition.name,
              metric.getTimestamp(),
              value(metric, definition.datatype),
              metric.getIsHistorical(),
              quality(metric)));
    }
    events.add(device.isEmpty() ? "NDATA" : "DDATA " + device);
  }

  private void note(String device, Definition definition, Metric metric) {
    check(
        definition.datatype > 0 && definition.datatype <= 34, "payloads-metric-datatype-value", "");
    check(!definition.name.isEmpty(), "payloads-name-requirement", device);
  }

  private void well(Metric metric) {
    check(
        metric.getIsNull() == (metric.getValueCase() == Metric.ValueCase.VALUE_NOT_SET),
        "payloads-metric-datatype-value",
        "value and is_null: " + metric);
    if (metric.hasProperties()) {
      check(
          metric.getProperties().getKeysCount() == metric.getProperties().getValuesCount(),
          "payloads-propertyset-keys-array-size",
          metric.toString());
      for (var value : metric.getProperties().getValuesList()) {
        check(value.hasType(), "payloads-metric-propertyvalue-type-req", metric.toString());
      }
      int quality = quality(metric);
      check(
          quality == 0 || quality == 192 || quality == 500,
          "payloads-propertyset-quality-value-value",
          metric.toString());
    }
  }

  private static int quality(Metric metric) {
    int at = metric.getProperties().getKeysList().indexOf("Quality");
    return at < 0
        ? 192
        : metric.getProperties().getValues(at).getType() != 3
            ? -1
            : metric.getProperties().getValues(at).getIntValue();
  }

  private static boolean valued(Metric metric, int datatype) {
    return switch (datatype) {
      case 1, 2, 3, 5, 6, 7 -> metric.hasIntValue();
      case 4, 8, 13 -> metric.hasLongValue();
      case 9 -> metric.hasFloatValue() && Float.isFinite(metric.getFloatValue());
      case 10 -> metric.hasDoubleValue() && Double.isFinite(metric.getDoubleValue());
      case 11 -> metric.hasBooleanValue();
      case 12 -> metric.hasStringValue();
      default -> false;
    };
  }

  private static Object value(Metric metric, int datatype) {
    if (metric.getIsNull()) {
      return null;
    }
    return switch (datatype) {
      case 2 -> (long) (short) metric.getIntValue();
      case 3 -> (long) metric.getIntValue();
      case 6, 7 -> metric.getIntValue() & 0xffff_ffffL;
      case 4, 8 -> metric.getLongValue();
      case 9 -> metric.getFloatValue();
      case 10 -> metric.getDoubleValue();
      case 11 -> metric.getBooleanValue();
      default -> metric.getStringValue();
    };
  }

  private static Metric metric(Payload payload, String name) {
    return payload.getMetricsList().stream()
        .filter(m -> m.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private void check(boolean holds, String assertion, String detail) {
    if (!holds && violations.size() < 50) {
      violations.add("tck-id-" + assertion + ": " + detail + " (message " + messages + ")");
    }
  }

  public synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  public synchronized List<String> events() {
    return List.copyOf(events);
  }

  public synchronized List<Reading> readings() {
    return List.copyOf(readings);
  }

  /** Devices that are alive now. */
  public synchronized Set<String> born() {
    var devices = new HashSet<>(born.keySet());
    devices.remove("");
    return devices;
  }

  public synchronized int births() {
    return births;
  }

  public synchronized long bdSeq() {
    return bdSeq;
  }
}
