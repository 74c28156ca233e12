package dev.sluice.driver.text;

/**
 * What a scale says in one line.
 *
 * @param weight as written; empty if it is out of range
 * @param unit as written; empty if it is not told
 * @param kind {@code GS}, {@code NT} or {@code TR}; empty if it is not told
 */
record ScaleReading(String weight, String unit, boolean stable, boolean overloaded, String kind) {}
