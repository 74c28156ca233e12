package dev.sluice.driver.serial;

/**
 * RS-485 direction control by the kernel's driver of the port (Linux {@code TIOCSRS485}), for
 * adapters that do not switch by themselves.
 *
 * @param rtsHighWhileSending whether RTS is high while sending, else low
 * @param delayBeforeMillis RTS is switched so long before the first bit, 0 to 100; the native
 *     library knows whole milliseconds only
 * @param delayAfterMillis RTS is switched back so long after the last bit, 0 to 100
 * @param receiveWhileSending whether our own bytes are heard
 * @param termination whether the port's own terminating resistor is switched on
 */
public record Rs485(
    boolean rtsHighWhileSending,
    int delayBeforeMillis,
    int delayAfterMillis,
    boolean receiveWhileSending,
    boolean termination) {}
