/**
 * How the gateway tells what it does: log lines, metrics, health. Pulls snapshots from the stages;
 * no stage knows of it.
 *
 * <p>Metrics have one series per line, device and uplink at most, never per point: their number is
 * bounded by the configuration.
 */
@NullMarked
package dev.sluice.gateway.observe;

import org.jspecify.annotations.NullMarked;
