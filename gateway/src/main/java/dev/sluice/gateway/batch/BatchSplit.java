package dev.sluice.gateway.batch;

import com.github.luben.zstd.Zstd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Takes devices out of a data record as they are, byte by byte, into a record of their own: what is
 * set aside of a record is then no more than what could not be delivered. Thread-safe: nothing is
 * kept between calls.
 */
public final class BatchSplit {

  private static final int DEVICES = 5;
  private static final int LEVEL = 1;

  private BatchSplit() {}

  /**
   * The record with only some of its devices; it has the columns of all.
   *
   * @param payload of an outbox record of kind data; any bytes may be given
   * @param which devices, by their id in the configuration
   * @throws RecordFormatException if it is no record
   */
  public static byte[] only(byte[] payload, Predicate<String> which) throws RecordFormatException {
    byte[] record = BatchReader.unpack(payload);
    var in = new CborReader(record);
    var out = new CborWriter(record.length);
    int entries = in.map();
    out.map(entries);
    for (int left = entries; left > 0; left--) {
      int start = in.offset();
      if (in.unsigned() == DEVICES) {
        copy(record, start, in.offset(), out);
        devices(record, in, out, which);
      } else {
        in.skip();
        copy(record, start, in.offset(), out);
      }
    }
    return Zstd.compress(Arrays.copyOf(out.buffer(), out.size()), LEVEL);
  }

  private static void devices(byte[] record, CborReader in, CborWriter out, Predicate<String> which)
      throws RecordFormatException {
    List<int[]> kept = new ArrayList<>();
    for (int left = in.array(); left > 0; left--) {
      int start = in.offset();
      var map = new KeyedMap(in, "device");
      map.need(0);
      boolean wanted = which.test(in.text());
      map.end();
      if (wanted) {
        kept.add(new int[] {start, in.offset()});
      }
    }
    out.array(kept.size());
    for (int[] each : kept) {
      copy(record, each[0], each[1], out);
    }
  }

  private static void copy(byte[] from, int start, int end, CborWriter out) {
    out.raw(Arrays.copyOfRange(from, start, end), end - start);
  }
}
