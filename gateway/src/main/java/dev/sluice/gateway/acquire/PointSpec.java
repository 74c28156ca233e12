package dev.sluice.gateway.acquire;

import java.time.Duration;

/**
 * What the gateway itself knows of a point; its address and type are the driver's.
 *
 * @param every how often it is read
 * @param unit as configured; empty if none
 * @param rules how raw values become engineering values
 * @param writable whether the owner allows to write to it
 */
public record PointSpec(Duration every, String unit, PointRules rules, boolean writable) {

  /** One that is only read. */
  public PointSpec(Duration every, String unit, PointRules rules) {
    this(every, unit, rules, false);
  }
}
