package dev.sluice.driver.modbus;

import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.LineContext;
import java.time.Duration;

/**
 * What a device needs beside its link.
 *
 * @param testEvery how often what it refuses is tried again
 */
record DeviceHooks(LineContext line, DeviceContext context, Duration testEvery) {}
