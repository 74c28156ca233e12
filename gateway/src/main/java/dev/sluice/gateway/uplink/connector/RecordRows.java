package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.RecordFormatException;
import org.jspecify.annotations.Nullable;

/**
 * A data record as rows of readings, with corrected times: what the connector of a platform with
 * messages of its own extends. NaN and infinity come as {@link Quality#BAD_VALUE} without a value.
 * Not thread-safe.
 */
public abstract class RecordRows {

  private final Visit visit;

  /**
   * For one record after the other.
   *
   * @param offsets by which times are corrected that were taken before the clock was trusted
   */
  protected RecordRows(ClockOffsets offsets) {
    this.visit = new Visit(new RecordTimes(offsets));
  }

  /**
   * Reads a record; what follows is called before this returns.
   *
   * @throws RecordFormatException if the payload is none
   */
  protected final void read(byte[] payload) throws RecordFormatException {
    BatchReader.read(payload, visit);
  }

  /** Rows of a device follow. */
  protected abstract void device(String id);

  /**
   * Readings of one moment follow.
   *
   * @param timeMillis milliseconds since 1970; what it is worth says {@link #clock()}
   */
  protected abstract void row(long timeMillis);

  /**
   * One reading.
   *
   * @param of its name, unit and type
   * @param known whether there is a value
   * @param bits of the value, unless it is a text; as in {@link dev.sluice.driver.Values}
   * @param text of a string that is known; else null
   */
  protected abstract void reading(
      Column of, boolean known, long bits, @Nullable String text, Quality quality);

  /** What the times of this record are worth; known from its first row on. */
  protected final Clock clock() {
    return visit.times.clock();
  }

  /** Time of the oldest row, milliseconds since 1970; 0 when there is none to be believed. */
  protected final long oldestMillis() {
    return visit.times.oldest();
  }

  private final class Visit extends Readings {

    private Column[] columns = {};

    Visit(RecordTimes times) {
      super(times);
    }

    @Override
    void begins(String device, Column[] itsColumns) {
      columns = itsColumns;
      RecordRows.this.device(device);
    }

    @Override
    void at(long timeMillis) {
      RecordRows.this.row(timeMillis);
    }

    @Override
    void reading(int column, boolean known, long bits, @Nullable String text, Quality quality) {
      RecordRows.this.reading(columns[column], known, bits, text, quality);
    }

    @Override
    public void end() {}
  }
}
