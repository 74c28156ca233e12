package dev.sluice.gateway.config;

/**
 * What a line will be asked to do.
 *
 * @param line its name
 * @param driver its driver
 * @param devices on it
 * @param points of all of them
 * @param polls bus transactions that read them
 * @param pollsPerSecond how many of these are due in a second
 * @param busShare part of the line's time that they need, 1 for all of it; 0 where the medium is
 *     not the limit
 */
public record LinePlan(
    String line,
    String driver,
    int devices,
    int points,
    int polls,
    double pollsPerSecond,
    double busShare) {}
