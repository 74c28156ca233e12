/**
 * Which transactions read the points of a device: neighbours share one, because a transaction costs
 * more than the registers in it.
 */
@NullMarked
package dev.sluice.driver.modbus.plan;

import org.jspecify.annotations.NullMarked;
