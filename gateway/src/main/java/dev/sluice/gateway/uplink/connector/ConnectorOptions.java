package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.SettingsProblem;
import java.util.List;

/** How one kind of upstream is to be addressed. Equal options mean that nothing changed. */
public sealed interface ConnectorOptions permits MqttOptions, SparkplugOptions {

  /** As it is written in the configuration. */
  String word();

  /** What is wrong with them; paths are relative to the uplink. */
  List<SettingsProblem> problems();
}
