package dev.sluice.e2e.cloud.aws;

import io.vertx.core.json.JsonObject;

/**
 * A provisioning template: what becomes of a device that shows a certificate it owns.
 *
 * @param thingPrefix before the serial number in the name of the thing; empty for no thing
 * @param policy of its certificate
 * @param configuration for the device
 */
public record Template(String name, String thingPrefix, Policy policy, JsonObject configuration) {}
