package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.util.List;

/** How one kind of upstream is to be addressed. Equal options mean that nothing changed. */
public sealed interface ConnectorOptions
    permits MqttOptions,
        SparkplugOptions,
        AzureOptions,
        AwsIotOptions,
        ThingsboardOptions,
        ClearbladeOptions,
        WatsonOptions {

  /** As it is written in the configuration. */
  String word();

  /** What is wrong with them; paths are relative to the uplink. */
  List<SettingsProblem> problems();

  /** How many messages go in a second at most unless the owner says otherwise; 0 for any number. */
  default int usualMessageRate() {
    return 0;
  }

  /** The same in bytes. */
  default long usualByteRate() {
    return 0;
  }

  /** Of one message at most unless the owner says otherwise. */
  default int usualMessageBytes() {
    return Integer.MAX_VALUE;
  }
}
