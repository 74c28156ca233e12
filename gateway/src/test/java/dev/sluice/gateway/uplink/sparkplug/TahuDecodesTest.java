package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.SparkplugBPayload;
import org.eclipse.tahu.model.MetricDataTypeMap;
import org.junit.jupiter.api.Test;

/** A decoder of somebody else reads from our messages just what was in the records. */
class TahuDecodesTest {

  private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 5_000 : 200;
  private static final ValueType[] TYPES = ValueType.values();

  private record Expected(
      String name, MetricDataType type, Object value, long time, boolean historical, int quality) {}

  private final Random random = Seed.random();

  @Test
  void randomRecordsReadTheSame() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      var session = new FakeSession(false, new CurrentValues(), Commands.NONE, "");
      session.open().runTurns();
      var record = new DataRecords();
      List<ValueType> types = new ArrayList<>();
      int columns = 1 + random.nextInt(12);
      for (int i = 0; i < columns; i++) {
        ValueType type = TYPES[random.nextInt(TYPES.length)];
        types.add(type);
        if (type == ValueType.DECIMAL) {
          record.decimal("p" + i, 3);
        } else {
          record.column("p" + i, type);
        }
      }
      boolean history = random.nextBoolean();
      var expected = new ArrayList<Expected>();
      int rows = 1 + random.nextInt(5);
      for (int row = 0; row < rows; row++) {
        long time = 1_700_000_000_000L + row * 1000L;
        Object[] cells = new Object[columns];
        for (int i = 0; i < columns; i++) {
          if (random.nextInt(10) == 0) {
            cells[i] = Quality.TIMEOUT;
            expected.add(new Expected("p" + i, type(types.get(i)), null, time, history, 500));
          } else {
            cells[i] = cell(types.get(i));
            Object value = told(types.get(i), cells[i]);
            int quality = value == null ? 0 : 192;
            expected.add(new Expected("p" + i, type(types.get(i)), value, time, history, quality));
          }
        }
        record.row("meter", time, cells);
      }
      session.send(RecordKind.DATA, record.payload(), history ? Lane.HISTORY : Lane.LIVE);
      assertThat(session.host.violations()).isEmpty();
      assertThat(decoded(session.wire)).as("round %s", round).isEqualTo(expected);
    }
  }

  private Object cell(ValueType type) {
    return switch (type) {
      case BOOL -> random.nextBoolean();
      case INT16 -> (long) (short) random.nextInt();
      case UINT16 -> (long) random.nextInt(1 << 16);
      case INT32 -> (long) random.nextInt();
      case UINT32 -> random.nextInt() & 0xffff_ffffL;
      case INT64, UINT64 -> random.nextLong();
      case DECIMAL -> (long) random.nextInt();
      case FLOAT32 -> random.nextInt(20) == 0 ? Float.NaN : (Object) random.nextFloat();
      case FLOAT64 -> random.nextInt(20) == 0 ? Double.NaN : (Object) random.nextGaussian();
      case STRING -> "wörter \u2603 " + random.nextInt();
    };
  }

  private static Object told(ValueType type, Object cell) {
    return switch (type) {
      case INT16 -> ((Long) cell).shortValue();
      case UINT16, INT32 -> ((Long) cell).intValue();
      case UINT64 -> new BigInteger(Long.toUnsignedString((Long) cell));
      case DECIMAL -> ((Long) cell) / 1000.0;
      case FLOAT32 -> Float.isNaN((Float) cell) ? null : cell;
      case FLOAT64 -> Double.isNaN((Double) cell) ? null : cell;
      default -> cell;
    };
  }

  private static MetricDataType type(ValueType type) {
    return switch (type) {
      case BOOL -> MetricDataType.Boolean;
      case INT16 -> MetricDataType.Int16;
      case UINT16 -> MetricDataType.UInt16;
      case INT32 -> MetricDataType.Int32;
      case UINT32 -> MetricDataType.UInt32;
      case INT64 -> MetricDataType.Int64;
      case UINT64 -> MetricDataType.UInt64;
      case FLOAT32 -> MetricDataType.Float;
      case FLOAT64, DECIMAL -> MetricDataType.Double;
      case STRING -> MetricDataType.String;
    };
  }

  private static List<Expected> decoded(List<Publication> wire) throws Exception {
    var types = new MetricDataTypeMap();
    var decoder = new SparkplugBPayloadDecoder();
    var data = new ArrayList<Expected>();
    for (Publication message : wire) {
      SparkplugBPayload payload = decoder.buildFromByteArray(message.payload().getBytes(), types);
      boolean birth = message.topic().contains("/DBIRTH/");
      for (Metric metric : payload.getMetrics()) {
        if (birth) {
          types.addMetricDataType(metric.getName(), metric.getDataType());
        } else if (message.topic().contains("/DDATA/")) {
          Object quality =
              metric.getProperties() == null ? null : metric.getProperties().get("Quality");
          int code =
              quality == null
                  ? 192
                  : (Integer) ((org.eclipse.tahu.message.model.PropertyValue) quality).getValue();
          data.add(
              new Expected(
                  metric.getName(),
                  metric.getDataType(),
                  metric.getValue(),
                  metric.getTimestamp().getTime(),
                  Boolean.TRUE.equals(metric.isHistorical()),
                  code));
        }
      }
    }
    return data;
  }
}
