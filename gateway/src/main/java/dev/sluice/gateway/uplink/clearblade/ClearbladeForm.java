package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.ClearbladeOptions;

/**
 * What the configuration says of the gateway as a device of the platform.
 *
 * @param gateway id of it by its own configuration
 * @param uplink id of it, as the source of commands
 */
record ClearbladeForm(ClearbladeOptions options, String gateway, String uplink) {}
