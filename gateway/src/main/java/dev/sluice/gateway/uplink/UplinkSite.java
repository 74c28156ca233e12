package dev.sluice.gateway.uplink;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.outbox.dead.DeadLetters;

/**
 * What the uplinks of a gateway share.
 *
 * @param letters where they keep what no broker took
 * @param time of this machine
 */
public record UplinkSite(DeadLetters letters, TimeSource time) {}
