package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.uplink.connector.SenmlBytes.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The SenML records of a data record, in as many parts as the limit demands. Each device begins
 * with a base name and a base time, and so does each part.
 */
final class SenmlParts extends Readings {

  private static final int MAX_NAMES = 10_000;

  /**
   * Of one pack.
   *
   * @param device the only one, when there is one in each part
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Part(String device, byte[] records, int count) {}

  private final SenmlBytes bytes;
  private final Tokens out;
  private final String gateway;
  private final Map<String, byte[]> names = new HashMap<>();
  private List<Part> parts = new ArrayList<>();
  private int limitOfAll;
  private int limit;
  private @Nullable ToIntFunction<String> apart;
  private long shift;
  private int losses;
  private int count;
  private String device = "";
  private Column[] columns = {};
  private long time;

  /** Whether the part under way has said of which device and time its records are. */
  private boolean based;

  private long baseTime;

  /**
   * For a gateway.
   *
   * @param gateway its id as it is written in names
   */
  SenmlParts(Form form, String gateway, RecordTimes times) {
    super(times);
    this.gateway = gateway;
    this.bytes = new SenmlBytes(form, 64 << 10);
    this.out = bytes.out;
  }

  /**
   * Forgets the former record.
   *
   * @param maxPartBytes of the records of a part
   * @param ofDevice null to put devices together; else each begins a part, which is smaller by as
   *     many bytes as this says of it
   * @param shiftMillis added to all times
   */
  void start(int maxPartBytes, @Nullable ToIntFunction<String> ofDevice, long shiftMillis) {
    limitOfAll = maxPartBytes;
    limit = maxPartBytes;
    apart = ofDevice;
    shift = shiftMillis;
    parts = new ArrayList<>();
    device = "";
    losses = 0;
    forgetPart();
  }

  /** In order. */
  List<Part> parts() {
    return parts;
  }

  /** Values too large for any message. */
  int losses() {
    return losses;
  }

  @Override
  void begins(String id, Column[] itsColumns) {
    ToIntFunction<String> less = apart;
    if (less != null) {
      finishPart();
      limit = limitOfAll - less.applyAsInt(id);
    }
    device = id;
    columns = itsColumns;
    based = false;
  }

  @Override
  void at(long timeMillis) {
    time = timeMillis + shift;
  }

  @Override
  void reading(int column, boolean known, long bits, @Nullable String text, Quality quality) {
    Column of = columns[column];
    int length = out.length();
    int before = count;
    boolean wasBased = based;
    records(of, known, bits, text, quality);
    if (out.length() <= limit) {
      return;
    }
    out.cutTo(length);
    count = before;
    based = wasBased;
    if (before > 0) {
      finishPart();
      records(of, known, bits, text, quality);
      if (out.length() <= limit) {
        return;
      }
      forgetPart();
    }
    losses++;
    records(of, false, 0, null, Quality.BAD_VALUE);
    if (out.length() > limit) {
      throw new Unfit(
          "names of "
              + device
              + " and its point "
              + of.name()
              + " alone exceed "
              + limit
              + " bytes");
    }
  }

  /** A value, why it is bad, or a value and why it is to be doubted. */
  private void records(
      Column of, boolean known, long bits, @Nullable String text, Quality quality) {
    if (known) {
      value(of, bits, text);
    }
    if (quality != Quality.GOOD) {
      open(name(of.name(), "/_quality"), 1);
      bytes.label(Label.VS);
      out.text(quality.word());
      close();
    }
  }

  private void value(Column of, long bits, @Nullable String text) {
    String unit = text == null && of.type() != ValueType.BOOL ? SenmlUnits.of(of.unit()) : "";
    open(name(of.name(), ""), unit.isEmpty() ? 1 : 2);
    if (!unit.isEmpty()) {
      bytes.label(Label.U);
      out.text(unit);
    }
    if (text != null) {
      bytes.label(Label.VS);
      out.text(text);
    } else if (of.type() == ValueType.BOOL) {
      bytes.label(Label.VB);
      out.bool(bits != 0);
    } else {
      bytes.label(Label.V);
      bytes.number(of, bits);
    }
    close();
  }

  /**
   * Begins a record.
   *
   * @param more fields besides names and times
   */
  private void open(byte[] name, int more) {
    if (count++ > 0) {
      out.next();
    }
    if (based) {
      out.map(1 + more + (time == baseTime ? 0 : 1));
      bytes.first(Label.N);
    } else {
      based = true;
      baseTime = time;
      out.map(3 + more);
      bytes.first(Label.BN);
      out.text(gateway + "/" + SenmlNames.segment(device) + "/");
      bytes.label(Label.BT);
      bytes.seconds(time);
      bytes.label(Label.N);
    }
    out.raw(name);
  }

  private void close() {
    if (time != baseTime) {
      bytes.label(Label.T);
      bytes.seconds(time - baseTime);
    }
    out.endMap();
  }

  @Override
  public void end() {
    finishPart();
  }

  private void finishPart() {
    if (count > 0) {
      parts.add(new Part(device, Arrays.copyOf(out.array(), out.length()), count));
    }
    forgetPart();
  }

  private void forgetPart() {
    out.cutTo(0);
    count = 0;
    based = false;
  }

  /** As a token; points of all devices have about the same names. */
  private byte[] name(String point, String suffix) {
    String key = suffix.isEmpty() ? point : point + suffix;
    byte[] known = names.get(key);
    if (known == null) {
      if (names.size() >= MAX_NAMES) {
        names.clear();
      }
      int from = out.length();
      out.text(SenmlNames.segment(point) + suffix);
      known = Arrays.copyOfRange(out.array(), from, out.length());
      out.cutTo(from);
      names.put(key, known);
    }
    return known;
  }
}
