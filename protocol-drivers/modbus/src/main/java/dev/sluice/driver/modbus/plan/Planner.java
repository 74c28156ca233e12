package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Merges points into as few reads as the limits allow: sweeps each table by address and begins a
 * new read where the gap is too wide, the read would become too long, or the device refuses what
 * lies between. The same points give the same reads in the same order: by table, then by address.
 */
public final class Planner {

  private Planner() {}

  /** Plans for a device of which no refusal is known, with the gaps of its limits. */
  public static List<Block> plan(List<ModbusPoint> all, int[] wanted, Limits limits) {
    return plan(all, wanted, limits, Gaps.of(Math.max(0, limits.maxGap())), new Refusals());
  }

  /**
   * Plans the reads of some points. Each point is read whole and by one read, but for those that
   * the device refuses. An address that several points share is read once, unless points overlap in
   * a chain longer than the limit.
   *
   * @param all the points of the device; none longer than its limit
   * @param wanted indices in all
   * @param gaps which addresses that nobody asked for are worth reading
   */
  public static List<Block> plan(
      List<ModbusPoint> all, int[] wanted, Limits limits, Gaps gaps, Refusals refusals) {
    Integer[] sorted =
        Arrays.stream(wanted)
            .filter(i -> !refusals.isLeftOut(all.get(i)))
            .boxed()
            .toArray(Integer[]::new);
    Arrays.sort(
        sorted,
        Comparator.<Integer, Table>comparing(i -> all.get(i).table())
            .thenComparingInt(i -> all.get(i).address())
            .thenComparingInt(i -> i));
    var blocks = new ArrayList<Block>();
    int from = 0;
    while (from < sorted.length) {
      ModbusPoint first = all.get(sorted[from]);
      int end = first.end();
      int to = from + 1;
      for (; to < sorted.length && !refusals.isTested(first); to++) {
        ModbusPoint next = all.get(sorted[to]);
        int longer = Math.max(end, next.end());
        if (next.table() != first.table()
            || next.address() - end > gaps.most(first.table())
            || longer - first.address() > limits.of(first.table())
            || refusals.isTested(next)
            || !refusals.mayReach(first.table(), end, next)) {
          break;
        }
        end = longer;
      }
      var request = new ReadRequest(first.table(), first.address(), end - first.address());
      int[] points = Arrays.stream(sorted, from, to).mapToInt(Integer::intValue).toArray();
      blocks.add(Block.of(request, points, all));
      from = to;
    }
    return List.copyOf(blocks);
  }
}
