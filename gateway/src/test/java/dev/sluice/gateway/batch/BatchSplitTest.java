package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.DataRecords.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is parted from a record is a record, with all that it said of these devices. */
class BatchSplitTest {

  private static DataRecords record() {
    return new DataRecords()
        .column("count", ValueType.UINT32)
        .column("name", ValueType.STRING)
        .row("meter", 1_000, 1L, "a")
        .row("press", 1_001, 2L, Quality.TIMEOUT)
        .row("oven", 1_002, new Cell(3L, Quality.OUT_OF_RANGE))
        .row("meter", 1_003, 4L);
  }

  private static List<String> content(byte[] payload) throws RecordFormatException {
    var seen = new ArrayList<String>();
    BatchReader.read(
        payload,
        new BatchVisitor() {
          private String device = "";

          @Override
          public void begin(boolean clockTrusted, String bootId) {
            seen.add(clockTrusted + bootId);
          }

          @Override
          public void monotonic(long millis) {
            seen.add("monotonic " + millis);
          }

          @Override
          public void device(String id, List<Column> columns) {
            device = id;
          }

          @Override
          public void row(long timeMillis) {
            seen.add(device + " at " + timeMillis);
          }

          @Override
          public void number(int column, long bits) {
            seen.add(column + "=" + bits);
          }

          @Override
          public void text(int column, String value) {
            seen.add(column + "=" + value);
          }

          @Override
          public void bad(int column, Quality quality) {
            seen.add(column + "=" + quality);
          }

          @Override
          public void suspect(int column, long bits, Quality quality) {
            seen.add(column + "=" + bits + quality);
          }

          @Override
          public void end() {}
        });
    return seen;
  }

  @Test
  void whatStaysOfARecordIsWhatItSaidOfTheseDevices() throws Exception {
    for (DataRecords of : List.of(record(), record().untrusted())) {
      byte[] whole = of.payload();
      assertThat(content(BatchSplit.only(whole, device -> true))).isEqualTo(content(whole));
      var two = new ArrayList<>(content(BatchSplit.only(whole, Set.of("press", "oven")::contains)));
      assertThat(two).containsSubsequence("press at 1001", "0=2", "1=TIMEOUT", "oven at 1002");
      assertThat(two).noneMatch(line -> line.contains("meter")).contains("0=3OUT_OF_RANGE");
      assertThat(content(BatchSplit.only(whole, "meter"::equals)))
          .contains("meter at 1000", "meter at 1003")
          .noneMatch(line -> line.contains("press"));
    }
  }

  @Test
  void whatIsNoRecordIsSaidToBeNone() {
    assertThatThrownBy(() -> BatchSplit.only(new byte[] {1, 2, 3}, device -> true))
        .isInstanceOf(RecordFormatException.class);
  }
}
