package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.modbus.codec.ReadWriteRequest;
import dev.sluice.driver.modbus.codec.Request;
import dev.sluice.driver.modbus.codec.Table;
import dev.sluice.driver.modbus.codec.WriteRequest;
import dev.sluice.driver.modbus.value.Encoder;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the requests that write values: neighbours go together, so that a device never works with
 * half of what was written together, as far as its limits allow. By table, then by address.
 */
public final class WritePlanner {

  /** A point to be written. */
  private record Item(int index, ModbusPoint point, Buffer data) {}

  private final List<String> names;
  private final WriteRules rules;
  private final BusCost cost;
  private final long turnaroundNanos;
  private final List<SettingsProblem> problems = new ArrayList<>();
  private final List<WriteBlock> blocks = new ArrayList<>();

  /**
   * Plans the writes of one device.
   *
   * @param names of its points, in the order of the points
   */
  public WritePlanner(List<String> names, WriteRules rules, BusCost cost, long turnaroundNanos) {
    this.names = names;
    this.rules = rules;
    this.cost = cost;
    this.turnaroundNanos = turnaroundNanos;
  }

  /**
   * Plans the writes of some points; see {@link dev.sluice.driver.Writable#planWrite}.
   *
   * @param all the points of the device
   */
  public List<WriteBlock> plan(List<ModbusPoint> all, int[] points, Values values)
      throws SettingsException {
    var items = new ArrayList<Item>(points.length);
    for (int i = 0; i < points.length; i++) {
      ModbusPoint point = all.get(points[i]);
      Buffer data = data(points[i], point, values, i);
      if (data != null) {
        items.add(new Item(points[i], point, data));
      }
    }
    items.sort(
        Comparator.<Item, Table>comparing(item -> item.point.table())
            .thenComparingInt(item -> item.point.address())
            .thenComparingInt(item -> item.index));
    int from = 0;
    while (from < items.size()) {
      int to = from + 1;
      while (to < items.size() && goesWith(items.subList(from, to), items.get(to))) {
        to++;
      }
      add(items.subList(from, to));
      from = to;
    }
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
    return List.copyOf(blocks);
  }

  /** What to write; null if it cannot be written, which is noted. */
  private @Nullable Buffer data(int index, ModbusPoint point, Values values, int i) {
    Table table = point.table();
    if (table == Table.DISCRETE || table == Table.INPUT) {
      String found = table.word() + " " + point.address();
      problem(
          index, "/at", found, "a coil or a holding register", "the others are only for reading");
      return null;
    }
    if (point.format().type() == ValueType.BOOL) {
      if (values.bits(i) != 0 && values.bits(i) != 1) {
        problem(index, "", String.valueOf(values.bits(i)), "true or false", "");
        return null;
      }
      return Buffer.buffer().appendByte((byte) values.bits(i));
    }
    if (point.format().length() > rules.registers()) {
      problem(
          index,
          "",
          point.format().length() + " registers",
          "at most " + rules.registers() + ", by the device's writeWith and maxWriteRegisters",
          "in parts the device could work with half of a value");
      return null;
    }
    try {
      return Buffer.buffer(Encoder.encode(point.format(), values, i));
    } catch (Encoder.DoesNotFit e) {
      problem(index, "", e.found(), e.expected(), "");
      return null;
    }
  }

  private void problem(int index, String key, String found, String expected, String hint) {
    problems.add(new SettingsProblem("points/" + names.get(index) + key, found, expected, hint));
  }

  private boolean goesWith(List<Item> before, Item next) {
    Item first = before.get(0);
    Item last = before.get(before.size() - 1);
    if (next.point.table() != first.point.table()
        || isBitOfRegister(next) != isBitOfRegister(first)) {
      return false;
    }
    if (isBitOfRegister(first)) {
      return next.point.address() == first.point.address();
    }
    int end = last.point.end();
    if (next.point.address() < end) {
      problem(
          next.index,
          "",
          "the same address as " + names.get(last.index),
          "each address to be written once",
          "");
      return true;
    }
    int most = first.point.table().bits() ? rules.bits() : rules.registers();
    return next.point.address() == end && next.point.end() - first.point.address() <= most;
  }

  private static boolean isBitOfRegister(Item item) {
    return item.point.format().type() == ValueType.BOOL && !item.point.table().bits();
  }

  private void add(List<Item> items) {
    Request request =
        isBitOfRegister(items.get(0))
            ? mask(items)
            : items.get(0).point.table().bits() ? coils(items) : registers(items);
    int[] points = items.stream().mapToInt(Item::index).toArray();
    long nanos = cost.transactionNanos(request.bytes(), request.usualReplyBytes(), turnaroundNanos);
    blocks.add(new WriteBlock(points, request, nanos));
  }

  private static Request mask(List<Item> items) {
    int changed = 0;
    int set = 0;
    for (Item item : items) {
      int bit = 1 << item.point.format().bit();
      changed |= bit;
      set |= item.data.getByte(0) == 0 ? 0 : bit;
    }
    return WriteRequest.mask(items.get(0).point.address(), ~changed & 0xFFFF, set);
  }

  private Request coils(List<Item> items) {
    int address = items.get(0).point.address();
    var bits = new boolean[items.size()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = items.get(i).data.getByte(0) != 0;
    }
    boolean one =
        rules.with() == WriteRules.With.SINGLE
            || (rules.with() == WriteRules.With.AUTO && bits.length == 1);
    return one ? WriteRequest.coil(address, bits[0]) : WriteRequest.coils(address, bits);
  }

  private Request registers(List<Item> items) {
    int address = items.get(0).point.address();
    Buffer all = Buffer.buffer();
    items.forEach(item -> all.appendBuffer(item.data));
    byte[] data = all.getBytes();
    return switch (rules.with()) {
      case READ_WRITE -> new ReadWriteRequest(address, data.length / 2, address, data);
      case MULTIPLE -> WriteRequest.registers(address, data);
      case SINGLE, AUTO ->
          data.length == 2
              ? WriteRequest.register(address, all.getUnsignedShort(0))
              : WriteRequest.registers(address, data);
    };
  }
}
