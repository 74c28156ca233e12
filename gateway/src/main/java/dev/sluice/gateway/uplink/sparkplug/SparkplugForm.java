package dev.sluice.gateway.uplink.sparkplug;

import dev.sluice.gateway.uplink.connector.SparkplugOptions;

/**
 * What the configuration says of a node.
 *
 * @param uplink id of it, as the source of commands
 * @param maxMessageBytes of one message as the broker sees it
 */
record SparkplugForm(SparkplugOptions options, String uplink, int maxMessageBytes) {}
