package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.BatchVisitor;
import dev.sluice.gateway.batch.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes the devices of a data record in one pass, in as many parts as the limit demands: split
 * between rows, and a row that is too large for a part of its own, between its values.
 *
 * <p>A part is what stands between the braces of {@code "devices":{…}}. The row under way is kept
 * apart, values and qualities each in a buffer, and so are the rows of the device under way: only
 * when they are complete it is known how many they are, and CBOR wants to know that first.
 */
final class DeviceParts implements BatchVisitor {

  /** {@code {"t":-9223372036854775808,"v":{},"q":{}}}; CBOR takes less. */
  private static final int ROW_FRAME = 40;

  /** Around the rows of a device, beside its key: {@code ,[]}, or the head of an array. */
  private static final int DEVICE_FRAME = 5;

  private static final int MAX_KEYS = 10_000;

  /**
   * The devices of one message.
   *
   * @param device the only one, when there is one in each part
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Part(String device, byte[] devices, int count) {}

  private final Map<Quality, byte[]> words = new EnumMap<>(Quality.class);
  private final Map<String, byte[]> keys = new HashMap<>();
  private final Tokens part;
  private final Tokens rows;
  private final Tokens values;
  private final Tokens qualities;
  private final int separator;
  private final byte[] timeName;
  private final byte[] valuesName;
  private final byte[] qualitiesName;
  private final Set<String> named = new HashSet<>();
  private List<Part> parts = new ArrayList<>();
  private int limit;

  private final RecordTimes times;
  private int losses;
  private int limitOfAll;
  private @Nullable ToIntFunction<String> apart;

  private String device = "";
  private byte[] deviceKey = {};
  private int rowCount;
  private List<Column> columns = List.of();
  private Column[] columnsByIndex = {};
  private byte[][] columnKeys = {};
  private boolean rowOpen;
  private long rowTime;
  private int valueCount;
  private int qualityCount;

  DeviceParts(Form form, RecordTimes times) {
    this.times = times;
    part = Tokens.of(form, 64 << 10);
    rows = Tokens.of(form, 16 << 10);
    values = Tokens.of(form, 4 << 10);
    qualities = Tokens.of(form, 1 << 10);
    timeName = part.name("t");
    valuesName = part.name("v");
    qualitiesName = part.name("q");
    part.next();
    separator = part.length();
    for (Quality quality : Quality.values()) {
      part.cutTo(0);
      part.text(quality.word());
      words.put(quality, Arrays.copyOf(part.array(), part.length()));
    }
  }

  /**
   * Forgets the former record.
   *
   * @param ofDevice null to put devices together; else each begins a part, which is smaller by as
   *     many bytes as this says of it
   */
  void start(int maxPartBytes, @Nullable ToIntFunction<String> ofDevice) {
    limitOfAll = maxPartBytes;
    limit = maxPartBytes;
    apart = ofDevice;
    device = "";
    parts = new ArrayList<>();
    part.cutTo(0);
    rows.cutTo(0);
    rowCount = 0;
    clearRow();
    named.clear();
    columns = List.of();
    rowOpen = false;
    losses = 0;
  }

  /** At least one, in order. */
  List<Part> parts() {
    return parts;
  }

  /** Values too large for any message. */
  int losses() {
    return losses;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same list for all devices of a record
  public void device(String id, List<Column> deviceColumns) {
    closeRow();
    closeDevice();
    if (apart != null) {
      if (part.length() > 0) {
        finishPart();
      }
      limit = limitOfAll - apart.applyAsInt(id);
    }
    device = id;
    deviceKey = key(id);
    if (columns != deviceColumns) {
      columns = deviceColumns;
      columnsByIndex = deviceColumns.toArray(new Column[0]);
      columnKeys = new byte[columnsByIndex.length][];
      for (int i = 0; i < columnKeys.length; i++) {
        columnKeys[i] = key(columnsByIndex[i].name());
      }
    }
  }

  @Override
  public void begin(boolean clockTrusted, String bootId) {
    times.begin(clockTrusted, bootId);
  }

  @Override
  public void monotonic(long millis) {
    times.monotonic(millis);
  }

  @Override
  public void row(long timeMillis) {
    closeRow();
    rowOpen = true;
    rowTime = times.row(timeMillis);
  }

  @Override
  public void number(int column, long bits) {
    int valuesBefore = values.length();
    int qualitiesBefore = qualities.length();
    value(column, bits);
    fit(column, valuesBefore, qualitiesBefore);
  }

  @Override
  public void text(int column, String value) {
    int before = values.length();
    valueOf(column);
    values.text(value);
    fit(column, before, qualities.length());
  }

  @Override
  public void bad(int column, Quality quality) {
    int before = qualities.length();
    quality(column, quality);
    fit(column, values.length(), before);
  }

  @Override
  public void suspect(int column, long bits, Quality quality) {
    int valuesBefore = values.length();
    int qualitiesBefore = qualities.length();
    if (value(column, bits)) {
      quality(column, quality);
    }
    fit(column, valuesBefore, qualitiesBefore);
  }

  @Override
  public void end() {
    closeRow();
    if (partLength() > 0 || parts.isEmpty()) {
      finishPart();
    }
  }

  /** Whether it could be told; JSON has no NaN and no infinity (RFC 8259, 6). */
  private boolean value(int column, long bits) {
    Column of = columnsByIndex[column];
    ValueType type = of.type();
    if (type.isFloat() && !Double.isFinite(Double.longBitsToDouble(bits))) {
      quality(column, Quality.BAD_VALUE);
      return false;
    }
    valueOf(column);
    switch (type) {
      case BOOL -> values.bool(bits != 0);
      case INT16, UINT16, INT32, UINT32, INT64 -> values.integer(bits);
      case UINT64 -> values.unsigned(bits);
      case FLOAT32 -> values.float32((float) Double.longBitsToDouble(bits));
      case FLOAT64 -> values.float64(Double.longBitsToDouble(bits));
      case DECIMAL -> values.decimal(bits, of.scale());
      case STRING -> throw new IllegalStateException("BUG: bits of string " + of.name());
    }
    return true;
  }

  private void quality(int column, Quality quality) {
    if (qualityCount++ > 0) {
      qualities.next();
    }
    qualities.raw(columnKeys[column]);
    byte[] word = words.get(quality);
    if (word == null) {
      throw new IllegalStateException("BUG: no word for " + quality);
    }
    qualities.raw(word);
  }

  private void valueOf(int column) {
    if (valueCount++ > 0) {
      values.next();
    }
    values.raw(columnKeys[column]);
  }

  /** Keeps the row small enough for a part of its own: cuts it before the entry just written. */
  private void fit(int column, int valuesBefore, int qualitiesBefore) {
    if (fits()) {
      return;
    }
    byte[] value = tail(values, valuesBefore);
    byte[] quality = tail(qualities, qualitiesBefore);
    valueCount -= value.length > 0 ? 1 : 0;
    qualityCount -= quality.length > 0 ? 1 : 0;
    if (valuesBefore > 0 || qualitiesBefore > 0) {
      closeRow();
      rowOpen = true;
    }
    values.raw(value);
    valueCount = value.length > 0 ? 1 : 0;
    qualities.raw(quality);
    qualityCount = quality.length > 0 ? 1 : 0;
    if (!fits()) {
      clearRow();
      quality(column, Quality.BAD_VALUE);
      losses++;
      if (!fits()) {
        throw new Unfit(
            "names of "
                + device
                + " and its point "
                + columns.get(column).name()
                + " alone exceed "
                + limit
                + " bytes");
      }
    }
  }

  private boolean fits() {
    return deviceKey.length + DEVICE_FRAME + ROW_FRAME + values.length() + qualities.length()
        <= limit;
  }

  /** Cuts off what was written since then and returns it, without what separates it. */
  private byte[] tail(Tokens out, int from) {
    int start = from > 0 && out.length() > from ? from + separator : from;
    byte[] tail = Arrays.copyOfRange(out.array(), start, out.length());
    out.cutTo(from);
    return tail;
  }

  private void clearRow() {
    values.cutTo(0);
    valueCount = 0;
    qualities.cutTo(0);
    qualityCount = 0;
  }

  private void closeRow() {
    boolean empty = valueCount == 0 && qualityCount == 0;
    if (!rowOpen || empty) {
      rowOpen = false;
      return;
    }
    rowOpen = false;
    int row = ROW_FRAME + values.length() + qualities.length();
    int before = rowCount > 0 ? separator : deviceKey.length + DEVICE_FRAME;
    boolean again = rowCount == 0 && named.contains(device);
    int length = partLength();
    if (length > 0 && (again || length + before + row > limit)) {
      finishPart();
    }
    if (rowCount++ > 0) {
      rows.next();
    }
    rows.map(1 + (valueCount > 0 ? 1 : 0) + (qualityCount > 0 ? 1 : 0));
    rows.raw(timeName);
    rows.integer(rowTime);
    object(valuesName, values, valueCount);
    object(qualitiesName, qualities, qualityCount);
    rows.endMap();
    clearRow();
  }

  private void object(byte[] name, Tokens entries, int count) {
    if (count > 0) {
      rows.next();
      rows.raw(name);
      rows.map(count);
      rows.raw(entries);
      rows.endMap();
    }
  }

  /** With the device under way. */
  private int partLength() {
    return rowCount == 0
        ? part.length()
        : part.length() + deviceKey.length + DEVICE_FRAME + rows.length();
  }

  private void closeDevice() {
    if (rowCount == 0) {
      return;
    }
    if (!named.isEmpty()) {
      part.next();
    }
    named.add(device);
    part.raw(deviceKey);
    part.list(rowCount);
    part.raw(rows);
    part.endList();
    rows.cutTo(0);
    rowCount = 0;
  }

  private void finishPart() {
    closeDevice();
    parts.add(new Part(device, Arrays.copyOf(part.array(), part.length()), named.size()));
    part.cutTo(0);
    named.clear();
  }

  private byte[] key(String name) {
    if (keys.size() >= MAX_KEYS) {
      keys.clear();
    }
    return keys.computeIfAbsent(name, part::name);
  }
}
