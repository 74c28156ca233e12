package dev.sluice.gateway.batch;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.sluice.driver.Quality;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.normalize.NormalizedBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds data records, one after the other. Rows are encoded as they come, device by device, so
 * that a record's size is known all the time and closing it only joins and compresses.
 *
 * <pre>
 *   block -> [ rows of device 1 ]  \
 *   block -> [ rows of device 2 ]   > join -> zstd -> payload
 *            [ columns of all   ]  /
 * </pre>
 *
 * <p>Not thread-safe. To be closed: it holds native memory.
 */
final class BatchEncoder implements AutoCloseable {

  private static final int LEVEL = 1;
  // Upper bounds of what the heads around it take.
  private static final int RECORD_OVERHEAD = 48;
  private static final int DEVICE_OVERHEAD = 16;
  // Buffers that one large block blew up are not kept.
  private static final int KEPT_ROWS = 16 << 10;
  private static final int KEPT_RECORD = 2 << 20;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(LEVEL);
  private final ArrayDeque<CborWriter> spareRows = new ArrayDeque<>();
  private final CborWriter joined = new CborWriter(64 << 10);
  private byte[] compressed = new byte[64 << 10];
  private RecordColumn[] chosen = new RecordColumn[64];
  private int[] indices = new int[64];

  // The record under way.
  private long record;
  private final List<DeviceTrack> devices = new ArrayList<>();
  private final List<RecordColumn> columns = new ArrayList<>();
  private boolean trusted;
  private long baseMillis;
  private long baseMonotonic;
  private int size;
  private int readings;

  /** How many readings are in the record under way. */
  int readings() {
    return readings;
  }

  /** What that record takes before compression: an upper bound, a few bytes per device above. */
  int size() {
    return size;
  }

  /** Whether the clock was trusted for the readings in it; of no meaning while it is empty. */
  boolean trusted() {
    return trusted;
  }

  /**
   * Adds a row to the record under way.
   *
   * @param block not empty
   * @param acquired of the same clock trust as the rows before
   * @return by how many bytes the record grew
   */
  int add(DeviceTrack device, NormalizedBlock block, Acquisition acquired) {
    int before = size;
    long monotonic = Math.floorDiv(acquired.monotonicNanos(), NANOS_PER_MILLI);
    if (readings == 0) {
      trusted = acquired.clockTrusted();
      baseMillis = acquired.wallMillis();
      baseMonotonic = monotonic;
      size = RECORD_OVERHEAD;
    } else if (trusted != acquired.clockTrusted()) {
      throw new IllegalStateException("BUG: trust changes within a record");
    }
    if (!device.hasRows()) {
      CborWriter spare = spareRows.poll();
      device.open(spare == null ? new CborWriter(512) : spare);
      devices.add(device);
      size += DEVICE_OVERHEAD + 3 * device.id().length();
    }
    int runs = choose(device, block);
    CborWriter out = device.startRow();
    out.array((trusted ? 1 : 2) + 2 * runs);
    out.integer(acquired.wallMillis() - baseMillis);
    if (!trusted) {
      out.integer(monotonic - baseMonotonic);
    }
    writeRuns(block, out);
    size += device.endRow();
    readings += block.size();
    return size - before;
  }

  /**
   * Closes the record under way and starts the next.
   *
   * @param bootId of this boot
   * @return what is to be stored
   */
  SealedRecord seal(String bootId) {
    joined.clear(KEPT_RECORD);
    joined.map(trusted ? 4 : 6);
    joined.integer(0);
    joined.integer(BatchReader.VERSION);
    joined.integer(1);
    joined.integer(baseMillis);
    if (!trusted) {
      joined.integer(2);
      joined.text(bootId);
      joined.integer(3);
      joined.integer(baseMonotonic);
    }
    joined.integer(4);
    joined.array(columns.size());
    for (RecordColumn column : columns) {
      joined.raw(column.encoded(), column.encoded().length);
    }
    joined.integer(5);
    joined.array(devices.size());
    for (DeviceTrack device : devices) {
      joined.map(2);
      joined.integer(0);
      joined.text(device.id());
      joined.integer(1);
      joined.array(device.rowCount());
      joined.raw(device.rowBuffer(), device.rowBytes());
    }
    var sealed = new SealedRecord(compress(), joined.size(), readings);
    next();
    return sealed;
  }

  /** The record that {@link #seal} made last, before compression. */
  byte[] unpacked() {
    return joined.toBytes();
  }

  @Override
  public void close() {
    compressor.close();
  }

  private void next() {
    for (DeviceTrack device : devices) {
      CborWriter rows = device.close();
      rows.clear(KEPT_ROWS);
      spareRows.push(rows);
    }
    devices.clear();
    columns.clear();
    record++;
    size = 0;
    readings = 0;
  }

  private byte[] compress() {
    int bound = Math.toIntExact(Zstd.compressBound(joined.size()));
    if (compressed.length < bound || (compressed.length > KEPT_RECORD && bound <= KEPT_RECORD)) {
      compressed = new byte[bound];
    }
    int length =
        compressor.compressByteArray(
            compressed, 0, compressed.length, joined.buffer(), 0, joined.size());
    return Arrays.copyOf(compressed, length);
  }

  /** Finds the column of each reading, makes new ones known, and counts runs of neighbours. */
  private int choose(DeviceTrack device, NormalizedBlock block) {
    int count = block.size();
    if (chosen.length < count) {
      chosen = new RecordColumn[Math.max(count, chosen.length * 2)];
      indices = new int[chosen.length];
    }
    int runs = 0;
    int expected = -1;
    for (int i = 0; i < count; i++) {
      RecordColumn column = device.column(block.point(i), block.scale(i));
      if (!column.isIn(record)) {
        column.enter(record, columns.size());
        columns.add(column);
        size += column.encoded().length;
      }
      int index = column.index();
      runs += index == expected ? 0 : 1;
      expected = index + 1;
      chosen[i] = column;
      indices[i] = index;
    }
    return runs;
  }

  private void writeRuns(NormalizedBlock block, CborWriter out) {
    int count = block.size();
    boolean good = block.doubtful() == 0;
    int start = 0;
    while (start < count) {
      int end = start + 1;
      while (end < count && indices[end] == indices[end - 1] + 1) {
        end++;
      }
      out.integer(indices[start]);
      out.array(end - start);
      for (int i = start; i < end; i++) {
        if (good || block.isGood(i)) {
          writeValue(chosen[i], block, i, out);
        } else {
          writeDoubtful(chosen[i], block, i, out);
        }
      }
      start = end;
    }
  }

  private static void writeDoubtful(
      RecordColumn column, NormalizedBlock block, int i, CborWriter out) {
    Quality quality = block.quality(i);
    boolean valued = block.hasValue(i);
    out.array(valued ? 2 : 1);
    out.integer(quality.code());
    if (valued) {
      writeValue(column, block, i, out);
    }
  }

  private static void writeValue(
      RecordColumn column, NormalizedBlock block, int i, CborWriter out) {
    long bits = block.bits(i);
    switch (column.type()) {
      case BOOL -> out.bool(bits != 0);
      case INT16, UINT16, INT32, UINT32, INT64, DECIMAL -> out.integer(bits);
      case UINT64 -> out.unsigned(bits);
      case FLOAT32, FLOAT64 -> out.number(bits);
      case STRING -> out.text(block.text(i));
    }
  }
}
