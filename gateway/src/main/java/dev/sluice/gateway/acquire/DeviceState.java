package dev.sluice.gateway.acquire;

/**
 * A device came up or went down.
 *
 * @param device which
 * @param up whether it answers
 * @param reason why not, in a word of {@link dev.sluice.driver.Quality#word()}; empty when up; or
 *     {@link #REMOVED}
 * @param acquired when
 */
public record DeviceState(DeviceDefinition device, boolean up, String reason, Acquisition acquired)
    implements Acquired {

  /** The reason when it is not configured any more. */
  public static final String REMOVED = "removed";
}
