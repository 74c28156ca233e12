package dev.sluice.gateway.batch;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.normalize.DefinitionHash;

/**
 * What is known of the values of one column of a record.
 *
 * @param name of the point, not empty
 * @param unit as configured; empty if none
 * @param type of the values, after normalizing
 * @param scale how many digits of a {@link ValueType#DECIMAL} are decimals, 0 to 18; 0 for others
 * @param definition equal as long as the other four are, and in all likelihood only then: {@link
 *     DefinitionHash}
 */
public record Column(String name, String unit, ValueType type, int scale, long definition) {

  /** With the hash that belongs to the four. */
  public static Column of(String name, String unit, ValueType type, int scale) {
    return new Column(name, unit, type, scale, DefinitionHash.of(name, unit, type, scale));
  }
}
