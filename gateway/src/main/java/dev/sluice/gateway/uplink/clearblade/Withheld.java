package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.BatchReader;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.RecordFormatException;
import java.util.List;
import java.util.function.Predicate;

/** Counts the values of a data record that belong to certain devices. */
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
