package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.BatchSplit;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.Conversation.Rendered;
import dev.sluice.gateway.uplink.connector.RenderException;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.List;
import java.util.function.Predicate;

/** What of a record belongs to devices that the platform does not take: counted, and parted. */
final class Withheld implements BatchVisitor {

  private final Predicate<String> which;
  private boolean counts;
  private int values;

  private Withheld(Predicate<String> which) {
    this.which = which;
  }

  /**
   * How many they are.
   *
   * @param which devices, by their id in the configuration
   */
  static int count(byte[] payload, Predicate<String> which) throws RecordFormatException {
    var counter = new Withheld(which);
    BatchReader.read(payload, counter);
    return counter.values;
  }

  /**
   * What is sent of a record, and beside it what is withheld: that is kept alone, unless something
   * else of the record is lost, too.
   *
   * @param sent messages of everybody else
   * @param rendered the record with all of them
   */
  static Rendered apart(
      OutboxRecord record, List<Publication> sent, Rendered rendered, Predicate<String> which)
      throws RenderException {
    if (record.kind() != RecordKind.DATA) {
      return new Rendered(sent, rendered.timeMillis(), rendered.losses() + 1, true, null);
    }
    try {
      byte[] payload = record.payload();
      int values = count(payload, which);
      OutboxRecord aside =
          rendered.losses() > 0
              ? null
              : new OutboxRecord(
                  record.seq(), record.kind(), values, BatchSplit.only(payload, which));
      return new Rendered(sent, rendered.timeMillis(), rendered.losses() + values, true, aside);
    } catch (RecordFormatException e) {
      throw new RenderException("record " + record.seq() + " of kind data", e);
    }
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {}

  @Override
  public void device(String id, List<Column> columns) {
    counts = which.test(id);
  }

  @Override
  public void row(long timeMillis) {}

  @Override
  public void number(int column, long bits) {
    add();
  }

  @Override
  public void text(int column, String value) {
    add();
  }

  @Override
  public void bad(int column, Quality quality) {
    add();
  }

  @Override
  public void suspect(int column, long bits, Quality quality) {
    add();
  }

  private void add() {
    values += counts ? 1 : 0;
  }

  @Override
  public void end() {}
}
