package dev.sluice.gateway.uplink;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.OutboxRecord;
import java.util.List;

/** How old a record is, asked while nothing is sent and so nothing is rendered. */
final class OldestTime implements BatchVisitor {

  private long oldest = Long.MAX_VALUE;
  private boolean trusted;

  private OldestTime() {}

  /** Milliseconds since 1970; 0 when the record does not tell, or by a clock not trusted. */
  static long of(OutboxRecord record) {
    try {
      return switch (record.kind()) {
        case DATA -> ofData(record.payload());
        case DEVICE_STATE -> ofState(DeviceStateRecord.decode(record.payload()));
        case GAP -> 0;
      };
    } catch (RecordFormatException e) {
      return 0; // told when it is to be sent
    }
  }

  private static long ofState(DeviceStateRecord state) {
    return state.clockTrusted() ? state.timeMillis() : 0;
  }

  private static long ofData(byte[] payload) throws RecordFormatException {
    var visitor = new OldestTime();
    BatchReader.read(payload, visitor);
    return visitor.oldest == Long.MAX_VALUE || !visitor.trusted ? 0 : visitor.oldest;
  }

  @Override
  public void row(long timeMillis) {
    oldest = Math.min(oldest, timeMillis);
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    trusted = clockTrusted;
  }

  @Override
  public void device(String id, List<Column> columns) {}

  @Override
  public void number(int column, long bits) {}

  @Override
  public void text(int column, String value) {}

  @Override
  public void bad(int column, Quality quality) {}

  @Override
  public void suspect(int column, long bits, Quality quality) {}

  @Override
  public void end() {}
}
