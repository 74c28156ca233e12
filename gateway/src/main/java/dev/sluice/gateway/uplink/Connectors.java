package dev.sluice.gateway.uplink;

import dev.sluice.gateway.uplink.aws.AwsIotConnector;
import dev.sluice.gateway.uplink.azure.AzureConnector;
import dev.sluice.gateway.uplink.clearblade.ClearbladeConnector;
import dev.sluice.gateway.uplink.connector.AwsIotOptions;
import dev.sluice.gateway.uplink.connector.AzureOptions;
import dev.sluice.gateway.uplink.connector.ClearbladeOptions;
import dev.sluice.gateway.uplink.connector.Connector;
import dev.sluice.gateway.uplink.connector.ConnectorOptions;
import dev.sluice.gateway.uplink.connector.ConnectorSite;
import dev.sluice.gateway.uplink.connector.MqttConnector;
import dev.sluice.gateway.uplink.connector.MqttForm;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.connector.SparkplugOptions;
import dev.sluice.gateway.uplink.connector.ThingsboardOptions;
import dev.sluice.gateway.uplink.connector.WatsonOptions;
import dev.sluice.gateway.uplink.sparkplug.SparkplugConnector;
import dev.sluice.gateway.uplink.thingsboard.ThingsboardConnector;
import dev.sluice.gateway.uplink.watson.WatsonConnector;

/** The one place that knows which options are for which connector. */
public final class Connectors {

  private Connectors() {}

  /**
   * The connector of an uplink; may block for the moment in which compression is loaded.
   *
   * @param gateway id of this gateway
   * @param uplink id of the uplink
   * @param maxMessageBytes of one message as the broker sees it
   */
  public static Connector of(
      ConnectorOptions options,
      String gateway,
      String uplink,
      int maxMessageBytes,
      ConnectorSite site) {
    if (options instanceof MqttOptions mqtt) {
      var form =
          new MqttForm(
              gateway,
              uplink,
              mqtt.topic(),
              mqtt.statusTopic(),
              mqtt.deviceStatusTopic(),
              mqtt.form(),
              mqtt.compression(),
              mqtt.retain(),
              maxMessageBytes);
      return new MqttConnector(form, site.offsets(), site.current());
    }
    if (options instanceof SparkplugOptions sparkplug) {
      return new SparkplugConnector(sparkplug, uplink, maxMessageBytes, site);
    }
    if (options instanceof AzureOptions azure) {
      return new AzureConnector(azure, gateway, uplink, maxMessageBytes, site);
    }
    if (options instanceof AwsIotOptions aws) {
      return new AwsIotConnector(aws, gateway, uplink, maxMessageBytes, site);
    }
    if (options instanceof ThingsboardOptions thingsboard) {
      return new ThingsboardConnector(thingsboard, gateway, uplink, maxMessageBytes, site);
    }
    if (options instanceof ClearbladeOptions clearblade) {
      return new ClearbladeConnector(clearblade, gateway, uplink, maxMessageBytes, site);
    }
    if (options instanceof WatsonOptions watson) {
      return new WatsonConnector(watson, gateway, uplink, maxMessageBytes, site);
    }
    throw new IllegalStateException("BUG: no connector for " + options);
  }
}
