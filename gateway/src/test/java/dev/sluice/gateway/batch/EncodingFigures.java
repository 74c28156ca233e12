package dev.sluice.gateway.batch;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Acquisition;
import dev.sluice.gateway.acquire.DeviceDefinition;
import dev.sluice.gateway.acquire.PointDefinition;
import dev.sluice.gateway.acquire.PointRules;
import dev.sluice.gateway.acquire.ReadingBlock;
import io.vertx.core.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Prints what a reading costs in a record, in bytes and in time, for 50 meters of 40 points: 25
 * slowly varying decimals, 3 noisy floats, 6 counters, 4 bools, 2 enumerations. To be run by hand;
 * the times are CPU of one thread on whatever machine this is.
 */
public final class EncodingFigures {

  private static final int METERS = 50;
  private static final int POINTS = 40;
  private static final int SECONDS = 100;
  private static final int DECIMALS = 25;
  private static final int RUNS = 21;
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
  private static final CBORFactory FACTORY = new CBORFactory();

  private EncodingFigures() {}

  /** The shapes: readings of a record, and whether these are of one meter or of all. */
  public static void main(String[] args) throws IOException, RecordFormatException {
    // The first one only warms up.
    boolean[] byDevice = {false, false, true, false};
    int[] blocksPerRecord = {METERS, 12, 12, METERS};
    for (int shape = 0; shape < byDevice.length; shape++) {
      List<ReadingBlock> scaled = blocks(true, byDevice[shape]);
      List<ReadingBlock> floats = blocks(false, byDevice[shape]);
      var times = new double[3][RUNS];
      var bytes = new double[3][];
      for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < 3; i++) {
          long start = CPU.getCurrentThreadCpuTime();
          bytes[i] =
              switch (i) {
                case 0 -> ours(scaled, blocksPerRecord[shape]);
                case 1 -> ours(floats, blocksPerRecord[shape]);
                default -> jackson(scaled, blocksPerRecord[shape]);
              };
          times[i][run] = (CPU.getCurrentThreadCpuTime() - start) / bytes[i][2];
        }
      }
      String[] names = {"scale per column", "float64", "scale per column, Jackson"};
      for (int i = 0; i < 3; i++) {
        Arrays.sort(times[i]);
        System.out.printf(
            Locale.ROOT,
            "%4d readings %-9s %-26s %6.2f B plain %5.2f B zstd-1 %6.1f ns (best %.1f)%n",
            blocksPerRecord[shape] * POINTS,
            byDevice[shape] ? "by device" : "mixed",
            names[i],
            bytes[i][0] / bytes[i][2],
            bytes[i][1] / bytes[i][2],
            times[i][RUNS / 2],
            times[i][0]);
      }
      reading(scaled, blocksPerRecord[shape]);
    }
  }

  private static void reading(List<ReadingBlock> blocks, int perRecord)
      throws RecordFormatException {
    var shelf = new Shelf();
    store(blocks, perRecord, shelf, new IngestCounters());
    var times = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      var sum = new Sum();
      long start = CPU.getCurrentThreadCpuTime();
      for (byte[] payload : shelf.payloads()) {
        BatchReader.read(payload, sum);
      }
      times[run] = (double) (CPU.getCurrentThreadCpuTime() - start) / sum.count;
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "%30s unpacked and read %13.1f ns (best %.1f)%n",
        "",
        times[RUNS / 2],
        times[0]);
  }

  /** Bytes plain, bytes compressed, readings. */
  private static double[] ours(List<ReadingBlock> blocks, int perRecord) {
    var counters = new IngestCounters();
    Sink nowhere = (kind, payload, readings) -> Future.succeededFuture(1L);
    store(blocks, perRecord, nowhere, counters);
    IngestStats stats = counters.snapshot();
    return new double[] {stats.rawBytes(), stats.compressedBytes(), stats.readingsOut()};
  }

  private static void store(
      List<ReadingBlock> blocks, int perRecord, Sink sink, IngestCounters counters) {
    try (var batcher = new Batcher(1 << 20, "", sink, counters, new CurrentValues(), () -> {})) {
      for (int i = 0; i < blocks.size(); i++) {
        batcher.take(blocks.get(i));
        if ((i + 1) % perRecord == 0) {
          batcher.flush();
        }
      }
      batcher.flush();
    }
  }

  /** The same items through another generator; normalizing is left out. */
  private static double[] jackson(List<ReadingBlock> blocks, int perRecord) throws IOException {
    double plain = 0;
    double packed = 0;
    try (var zstd = new ZstdCompressCtx().setLevel(1)) {
      for (int from = 0; from < blocks.size(); from += perRecord) {
        List<ReadingBlock> record = blocks.subList(from, Math.min(blocks.size(), from + perRecord));
        var out = new ByteArrayOutputStream(1 << 16);
        try (CBORGenerator to = FACTORY.createGenerator(out)) {
          write(record, to);
        }
        byte[] bytes = out.toByteArray();
        plain += bytes.length;
        packed += zstd.compress(bytes).length;
      }
    }
    return new double[] {plain, packed, (double) blocks.size() * POINTS};
  }

  private static void write(List<ReadingBlock> record, CBORGenerator to) throws IOException {
    to.writeStartObject(null, 4);
    to.writeFieldId(0);
    to.writeNumber(1);
    to.writeFieldId(1);
    long base = record.get(0).acquired().wallMillis();
    to.writeNumber(base);
    to.writeFieldId(4);
    to.writeStartArray(null, POINTS);
    for (PointDefinition point : record.get(0).device().points()) {
      to.writeStartObject(null, 4);
      to.writeFieldId(0);
      to.writeString(point.name());
      to.writeFieldId(1);
      to.writeNumber(point.type().code());
      to.writeFieldId(2);
      to.writeString(point.unit());
      to.writeFieldId(3);
      to.writeNumber(1);
      to.writeEndObject();
    }
    to.writeEndArray();
    to.writeFieldId(5);
    to.writeStartArray(null, record.size());
    for (ReadingBlock block : record) {
      to.writeStartObject(null, 2);
      to.writeFieldId(0);
      to.writeString(block.device().id());
      to.writeFieldId(1);
      to.writeStartArray(null, 1);
      to.writeStartArray(null, 3);
      to.writeNumber(block.acquired().wallMillis() - base);
      to.writeNumber(0);
      to.writeStartArray(null, block.size());
      for (int i = 0; i < block.size(); i++) {
        ValueType type = block.device().points().get(i).type();
        if (type == ValueType.FLOAT32) {
          to.writeNumber((float) block.values().number(i));
        } else if (type == ValueType.BOOL) {
          to.writeBoolean(block.values().bits(i) != 0);
        } else {
          to.writeNumber(block.values().bits(i));
        }
      }
      to.writeEndArray();
      to.writeEndArray();
      to.writeEndArray();
      to.writeEndObject();
    }
    to.writeEndArray();
    to.writeEndObject();
  }

  /** Second after second of all meters, or meter after meter. */
  private static List<ReadingBlock> blocks(boolean scaled, boolean byDevice) {
    var random = new Random(42);
    var points = new int[POINTS];
    Arrays.setAll(points, i -> i);
    var meters = new ArrayList<List<ReadingBlock>>();
    for (int meter = 0; meter < METERS; meter++) {
      DeviceDefinition device = meter(meter, scaled);
      var state = new long[POINTS];
      Arrays.setAll(state, i -> i < DECIMALS ? 500 + random.nextInt(20_000) : random.nextInt(1000));
      var blocks = new ArrayList<ReadingBlock>();
      for (int second = 0; second < SECONDS; second++) {
        var values = new Values.Builder(POINTS);
        for (int i = 0; i < POINTS; i++) {
          value(values, i, state, scaled, random);
        }
        long time = Plant.T + 1000L * second + meter * 20L;
        var when = new Acquisition(time, true, time * 1_000_000);
        blocks.add(new ReadingBlock(device, points, values.build(), when));
      }
      meters.add(blocks);
    }
    var ordered = new ArrayList<ReadingBlock>();
    for (int i = 0; i < METERS * SECONDS; i++) {
      ordered.add(
          byDevice
              ? meters.get(i / SECONDS).get(i % SECONDS)
              : meters.get(i % METERS).get(i / METERS));
    }
    return ordered;
  }

  private static void value(
      Values.Builder values, int i, long[] state, boolean scaled, Random random) {
    if (i < DECIMALS) {
      state[i] += random.nextInt(3) == 0 ? random.nextInt(7) - 3 : 0;
      if (scaled) {
        values.integer(i, state[i]);
      } else {
        values.number(i, BigDecimal.valueOf(state[i], 1 + i % 3).doubleValue());
      }
    } else if (i < DECIMALS + 3) {
      values.number(i, (float) (100 + random.nextGaussian()));
    } else if (i < DECIMALS + 9) {
      state[i] += random.nextInt(20);
      values.integer(i, state[i]);
    } else {
      boolean bool = i < DECIMALS + 13;
      state[i] = random.nextInt(200) == 0 ? random.nextInt(bool ? 2 : 6) : state[i];
      values.integer(i, bool ? state[i] & 1 : state[i]);
    }
  }

  private static DeviceDefinition meter(int number, boolean scaled) {
    String[] units = {"V", "A", "kW", "Hz", "°C"};
    var points = new ArrayList<PointDefinition>();
    for (int i = 0; i < POINTS; i++) {
      ValueType type =
          i < DECIMALS
              ? scaled ? ValueType.INT32 : ValueType.FLOAT64
              : i < DECIMALS + 3
                  ? ValueType.FLOAT32
                  : i < DECIMALS + 9
                      ? ValueType.UINT32
                      : i < DECIMALS + 13 ? ValueType.BOOL : ValueType.UINT16;
      PointRules rules = PointRules.NONE;
      if (scaled && i < DECIMALS) {
        rules =
            new PointRules(
                BigDecimal.ONE.movePointLeft(1 + i % 3),
                BigDecimal.ZERO,
                null,
                Duration.ZERO,
                Duration.ZERO,
                null,
                null);
      }
      points.add(new PointDefinition("measurement_" + i, units[i % units.length], type, rules));
    }
    return new DeviceDefinition("meter-" + number, points);
  }

  /** Uses each value, so that none of the work can be left out. */
  private static final class Sum implements BatchVisitor {

    private long count;
    private long sum;

    @Override
    public void begin(boolean clockTrusted, String bootId) {}

    @Override
    public void device(String id, List<Column> columns) {}

    @Override
    public void row(long timeMillis) {}

    @Override
    public void number(int column, long bits) {
      count++;
      sum += bits;
    }

    @Override
    public void text(int column, String value) {
      count++;
    }

    @Override
    public void bad(int column, Quality quality) {
      count++;
    }

    @Override
    public void suspect(int column, long bits, Quality quality) {
      count++;
    }

    @Override
    public void end() {
      if (sum == 0) {
        throw new IllegalStateException("BUG: nothing was read");
      }
    }
  }
}
