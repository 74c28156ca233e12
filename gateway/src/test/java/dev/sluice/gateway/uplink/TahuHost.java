package dev.sluice.gateway.uplink;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.tahu.host.HostApplication;
import org.eclipse.tahu.host.api.MultiHostApplicationEventHandler;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.model.MqttServerDefinition;
import org.eclipse.tahu.mqtt.MqttClientId;
import org.eclipse.tahu.mqtt.MqttServerName;
import org.eclipse.tahu.mqtt.MqttServerUrl;

/** The host application of Eclipse Tahu: what it made of what it was told. */
final class TahuHost implements AutoCloseable {

  static final String ID = "scada";

  /** Names of events as they happened, data left out. */
  final List<String> events = new CopyOnWriteArrayList<>();

  final AtomicInteger dataMetrics = new AtomicInteger();
  final AtomicInteger historical = new AtomicInteger();
  final AtomicInteger stale = new AtomicInteger();
  final HostApplication application;

  TahuHost(int port) throws Exception {
    var handler =
        (MultiHostApplicationEventHandler)
            Proxy.newProxyInstance(
                TahuHost.class.getClassLoader(),
                new Class<?>[] {MultiHostApplicationEventHandler.class},
                (proxy, method, arguments) -> {
                  heard(method.getName(), arguments);
                  return null;
                });
    var server =
        new MqttServerDefinition(
            new MqttServerName("mosquitto"),
            new MqttClientId("tahu-host", false),
            new MqttServerUrl("tcp://127.0.0.1:" + port),
            null,
            null,
            30,
            null);
    application =
        new HostApplication(
            handler,
            ID,
            List.of("spBv1.0/#"),
            List.of(server),
            null,
            new SparkplugBPayloadDecoder(),
            true);
  }

  private void heard(String name, Object[] arguments) {
    switch (name) {
      case "onDataMetric" -> {
        dataMetrics.incrementAndGet();
        if (Boolean.TRUE.equals(((Metric) arguments[2]).isHistorical())) {
          historical.incrementAndGet();
        }
      }
      case "onStale" -> stale.incrementAndGet();
      case "onNodeBirthComplete", "onDeviceBirthComplete", "onNodeDeath", "onDeviceDeath" ->
          events.add(name);
      default -> {
        // of no interest
      }
    }
  }

  /** Connects, and says that it is online. */
  TahuHost start() {
    application.start(true);
    return this;
  }

  @Override
  public void close() {
    application.shutdown();
  }
}
