package dev.sluice.gateway.acquire;

/**
 * How far a value must move from the last one sent before it is sent again.
 *
 * @param width in engineering units, or in percent of the last value sent; 0 means any change
 * @param percent which of the two
 */
public record Deadband(double width, boolean percent) {

  public Deadband {
    if (!(width >= 0)) {
      throw new IllegalArgumentException("BUG: deadband of " + width);
    }
  }
}
