package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data record as one reading after the other. No form has a number for NaN and infinity: they are
 * {@link Quality#BAD_VALUE}.
 */
abstract class Readings implements BatchVisitor {

  final RecordTimes times;
  private Column[] columns = {};

  Readings(RecordTimes times) {
    this.times = times;
  }

  /** Readings of a device follow. */
  abstract void begins(String device, Column[] itsColumns);

  /** Readings of another moment follow. */
  abstract void at(long timeMillis);

  /**
   * One.
   *
   * @param column an index in the columns
   * @param known whether there is a value
   * @param bits of the value, unless it is a text
   * @param text of a string that is known; else null
   */
  abstract void reading(
      int column, boolean known, long bits, @Nullable String text, Quality quality);

  @Override
  public final void begin(boolean clockTrusted, String bootId) {
    times.begin(clockTrusted, bootId);
  }

  @Override
  public final void monotonic(long millis) {
    times.monotonic(millis);
  }

  @Override
  public final void device(String id, List<Column> deviceColumns) {
    columns = deviceColumns.toArray(new Column[0]);
    begins(id, columns);
  }

  @Override
  public final void row(long timeMillis) {
    at(times.row(timeMillis));
  }

  @Override
  public final void number(int column, long bits) {
    suspect(column, bits, Quality.GOOD);
  }

  @Override
  public final void text(int column, String value) {
    reading(column, true, 0, value, Quality.GOOD);
  }

  @Override
  public final void bad(int column, Quality quality) {
    reading(column, false, 0, null, quality);
  }

  @Override
  public final void suspect(int column, long bits, Quality quality) {
    boolean none =
        columns[column].type().isFloat() && !Double.isFinite(Double.longBitsToDouble(bits));
    if (none) {
      reading(column, false, 0, null, Quality.BAD_VALUE);
    } else {
      reading(column, true, bits, null, quality);
    }
  }
}
