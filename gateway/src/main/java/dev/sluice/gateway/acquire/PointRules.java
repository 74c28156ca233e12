package dev.sluice.gateway.acquire;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the raw value of a point becomes an engineering value, and which of them are worth sending.
 *
 * @param scale multiplied with the raw value; 1 leaves it alone
 * @param offset added after that, in engineering units
 * @param deadband how far a value must move from the last one sent; none sends every value
 * @param minInterval at least this long between two sent values of the point; zero for no limit.
 *     Changes of quality are not held back
 * @param heartbeat an unchanged value is sent again when this much time has passed since the last
 *     one sent, at the next good read; zero for never
 * @param min values below are marked out of range, in engineering units
 * @param max values above are marked out of range, in engineering units
 */
public record PointRules(
    BigDecimal scale,
    BigDecimal offset,
    @Nullable Deadband deadband,
    Duration minInterval,
    Duration heartbeat,
    @Nullable BigDecimal min,
    @Nullable BigDecimal max) {

  /** Every value as it was read. */
  public static final PointRules NONE =
      new PointRules(
          BigDecimal.ONE, BigDecimal.ZERO, null, Duration.ZERO, Duration.ZERO, null, null);
}
