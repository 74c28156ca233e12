package dev.sluice.gateway.uplink.azure;

/**
 * Where a device belongs.
 *
 * @param hub host name of its hub
 * @param device its id there
 */
record Place(String hub, String device) {}
