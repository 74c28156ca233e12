/**
 * The simulator: a program of its own beside the gateway, for demos, tests and trying things out.
 * Everything it opens is on loopback.
 *
 * <ul>
 *   <li>{@code plant} runs simulated devices, which break on demand;
 *   <li>{@code broker} runs an MQTT broker;
 *   <li>{@code verify} subscribes and finds out whether a gateway lost something;
 *   <li>{@code demo} does all three in one process and can cut the uplink;
 *   <li>{@code config} prints the gateway configuration that fits a plant.
 * </ul>
 */
@NullMarked
package dev.sluice.simulator;

import org.jspecify.annotations.NullMarked;
