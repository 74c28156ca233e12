/**
 * The Modbus driver: reads coils, discrete inputs, holding and input registers.
 *
 * <p>{@code codec} knows PDUs, {@code value} what their data means, {@code plan} which PDUs read
 * the points of a device; none of them knows a medium. {@code tcp} is the first medium. This
 * package reads the settings and ties them together.
 */
@NullMarked
package dev.sluice.driver.modbus;

import org.jspecify.annotations.NullMarked;
