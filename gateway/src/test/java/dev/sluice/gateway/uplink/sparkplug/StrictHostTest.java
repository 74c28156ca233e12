package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge is judged: a session without a fault, and the same with one fault of each kind. */
class StrictHostTest {

  private static final int NBIRTH = 0;
  private static final int DBIRTH = 1;
  private static final int NDATA = 2;
  private static final int DDATA = 3;
  private static final int DDEATH = 4;
  private static final int NDEATH = 5;

  /** A message before it is sent. */
  private static final class Sent {
    String topic;
    Payload.Builder payload = Payload.newBuilder();
    byte[] raw;
    int qos;
    boolean retained;

    Sent(String type, String device) {
      topic = "spBv1.0/plant/" + type + "/edge-1" + (device.isEmpty() ? "" : "/" + device);
    }

    Payload.Metric.Builder metric(int index) {
      return payload.getMetricsBuilder(index);
    }
  }

  private static List<Sent> session() {
    var all = new ArrayList<Sent>();
    var birth = new Sent("NBIRTH", "");
    birth.payload.addMetricsBuilder().setName("bdSeq").setDatatype(4).setLongValue(3);
    birth
        .payload
        .addMetricsBuilder()
        .setName("Node Control/Rebirth")
        .setDatatype(11)
        .setBooleanValue(false);
    birth.payload.addMetricsBuilder().setName("gap").setAlias(1).setDatatype(4).setLongValue(0);
    all.add(birth);
    var device = new Sent("DBIRTH", "meter");
    device.payload.addMetricsBuilder().setName("count").setAlias(2).setDatatype(7).setIntValue(1);
    device.payload.addMetricsBuilder().setName("name").setAlias(3).setDatatype(12).setIsNull(true);
    all.add(device);
    var node = new Sent("NDATA", "");
    node.payload.addMetricsBuilder().setAlias(1).setLongValue(7);
    all.add(node);
    var data = new Sent("DDATA", "meter");
    data.payload.addMetricsBuilder().setAlias(2).setIntValue(2);
    data.payload.addMetricsBuilder().setAlias(2).setIntValue(3);
    all.add(data);
    all.add(new Sent("DDEATH", "meter"));
    for (int i = 0; i < all.size(); i++) {
      Payload.Builder payload = all.get(i).payload.setTimestamp(1_000 + i).setSeq(i);
      payload.getMetricsBuilderList().forEach(metric -> metric.setTimestamp(1_000));
    }
    var death = new Sent("NDEATH", "");
    death.qos = 1;
    death.payload.addMetricsBuilder().setName("bdSeq").setDatatype(4).setLongValue(3);
    all.add(death);
    return all;
  }

  private static List<String> judge(Consumer<List<Sent>> fault) {
    var host = new StrictHost("plant", "edge-1");
    List<Sent> all = session();
    fault.accept(all);
    for (Sent sent : all) {
      byte[] bytes = sent.raw == null ? sent.payload.build().toByteArray() : sent.raw;
      host.accept(sent.topic, bytes, sent.qos, sent.retained);
    }
    return host.violations();
  }

  private static void quality(Payload.Metric.Builder metric, int value) {
    metric
        .getPropertiesBuilder()
        .addKeys("Quality")
        .addValues(Payload.PropertyValue.newBuilder().setType(3).setIntValue(value));
  }

  private static Arguments fault(String id, int message, Consumer<Sent> change) {
    Consumer<List<Sent>> fault = all -> change.accept(all.get(message));
    return arguments(id, fault);
  }

  private static Arguments order(String id, Consumer<List<Sent>> fault) {
    return arguments(id, fault);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("topic-structure", DDATA, m -> m.topic += "/more"),
        fault("topic-structure", DDATA, m -> m.topic = m.topic.replace("edge-1", "edge-2")),
        fault("topic-structure-namespace-a", NDATA, m -> m.topic = m.topic.replace("v1", "v2")),
        fault("topic-structure-namespace-valid-type", NDATA, m -> m.topic = type(m, "NNEWS")),
        fault("topic-structure-namespace-valid-payload", NDATA, m -> m.raw = new byte[] {1, 9}),
        fault("topics-dbirth-mqtt", DBIRTH, m -> m.retained = true),
        fault("payloads-ddata-qos", DDATA, m -> m.qos = 1),
        fault("topics-NDATA-timestamp", NDATA, m -> m.payload.clearTimestamp()),
        fault("payloads-sequence-num-always-included", DDEATH, m -> m.payload.clearSeq()),
        fault("payloads-DDATA-seq", DDATA, m -> m.payload.setSeq(256)),
        fault("payloads-sequence-num-incrementing", DDATA, m -> m.payload.setSeq(9)),
        fault("payloads-nbirth-seq", NBIRTH, m -> m.payload.setSeq(1)),
        order("principles-birth-certificates-order", all -> all.remove(NBIRTH)),
        order("operational-behavior-device-ddeath", all -> all.add(DDEATH, all.get(DDEATH))),
        fault("topics-nbirth-bdseq-included", NBIRTH, m -> m.metric(0).setName("other")),
        fault("payloads-nbirth-bdseq", NBIRTH, m -> m.metric(0).setLongValue(256)),
        fault(
            "operational-behavior-data-commands-rebirth-name-aliases",
            NBIRTH,
            m -> m.metric(0).setAlias(9)),
        fault("payloads-nbirth-rebirth-req", NBIRTH, m -> m.metric(1).setBooleanValue(true)),
        order("topics-nbirth-bdseq-increment", all -> all.add(all.get(NBIRTH))),
        fault("payloads-ndeath-will-message-qos", NDEATH, m -> m.qos = 0),
        fault("payloads-ndeath-seq", NDEATH, m -> m.payload.setSeq(5)),
        fault("topics-ndeath-payload", NDEATH, m -> m.metric(0).setName("other")),
        fault("topics-nbirth-bdseq-matching", NDEATH, m -> m.metric(0).setLongValue(4)),
        fault("payloads-name-requirement", DBIRTH, m -> m.metric(0).clearName()),
        fault("payloads-metric-datatype-req", DBIRTH, m -> m.metric(0).clearDatatype()),
        fault("payloads-metric-datatype-value", DBIRTH, m -> m.metric(0).setDatatype(99)),
        fault("payloads-name-birth-data-requirement", DBIRTH, m -> m.metric(0).clearTimestamp()),
        fault(
            "payloads-name-birth-data-requirement", DBIRTH, m -> m.metric(0).setIsHistorical(true)),
        fault(
            "operational-behavior-data-publish-dbirth-values",
            DBIRTH,
            m -> m.metric(0).setLongValue(1)),
        fault(
            "operational-behavior-data-publish-nbirth-values",
            NBIRTH,
            m -> m.metric(2).setIntValue(1)),
        fault("topics-dbirth-metric-reqs", DBIRTH, m -> m.metric(1).setName("count")),
        fault("payloads-alias-uniqueness", DBIRTH, m -> m.metric(1).setAlias(1)),
        order("payloads-ddata-order", all -> all.remove(DBIRTH)),
        fault("topics-ndata-payload", NDATA, m -> m.payload.clearMetrics()),
        fault("payloads-metric-datatype-not-req", DDATA, m -> m.metric(0).setDatatype(7)),
        fault("payloads-ddata-timestamp", DDATA, m -> m.metric(0).clearTimestamp()),
        fault("payloads-alias-data-cmd-requirement", DDATA, m -> m.metric(0).setName("count")),
        fault("topics-dbirth-metrics", DDATA, m -> m.metric(0).setAlias(77)),
        fault(
            "payloads-alias-birth-requirement",
            DDATA,
            m -> m.metric(0).clearAlias().setName("count")),
        fault("payloads-metric-datatype-value-type", DDATA, m -> m.metric(0).setLongValue(1)),
        fault("payloads-metric-timestamp-in-UTC", DDATA, m -> m.metric(1).setTimestamp(999)),
        fault("payloads-metric-datatype-value", DDATA, m -> m.metric(0).setIsNull(true)),
        fault("payloads-propertyset-quality-value-value", DDATA, m -> quality(m.metric(0), 1)),
        fault(
            "payloads-propertyset-keys-array-size",
            DDATA,
            m -> m.metric(0).getPropertiesBuilder().addKeys("Clock")),
        fault(
            "payloads-metric-propertyvalue-type-req",
            DDATA,
            m ->
                m.metric(0)
                    .getPropertiesBuilder()
                    .addKeys("Clock")
                    .addValues(Payload.PropertyValue.newBuilder().setStringValue("x"))));
  }

  private static String type(Sent message, String other) {
    return message.topic.replace("NDATA", other);
  }

  @Test
  void aSessionWithoutAFaultIsFine() {
    assertThat(judge(all -> {})).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void eachFaultIsToldUnderItsAssertion(String id, Consumer<List<Sent>> fault) {
    assertThat(judge(fault)).anyMatch(told -> told.startsWith("tck-id-" + id + ":"));
  }
}
