package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.modbus.codec.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a device refuses to be read, found out by halving: a refused block is cut in two until the
 * parts answer or single points are left. A point that is refused alone, while the device answers
 * others, is quarantined; the cuts that led to it are taken back, so that its neighbours share
 * reads again, but none goes across it. Not thread-safe.
 *
 * <pre>
 *   [a b c d e f]  refused      [a b c] answered   [d e f] refused
 *                               [d] answered       [e f] refused  ->  [e] answered, [f] quarantined
 *   then           [a b c d e] and never more of f, but for a test now and then
 * </pre>
 */
public final class Refusals {

  /** Refused so often in a row, a single point is believed not to be there. */
  static final int ENOUGH = 2;

  /** Addresses of a table. */
  public record Span(Table table, int address, int length) implements Comparable<Span> {

    private static final Comparator<Span> ORDER =
        Comparator.comparing(Span::table)
            .thenComparingInt(Span::address)
            .thenComparingInt(Span::length);

    static Span of(ModbusPoint point) {
      return new Span(point.table(), point.address(), point.format().length());
    }

    boolean overlaps(Table other, int from, int to) {
      return table == other && address < to && from < address + length;
    }

    @Override
    public int compareTo(Span other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * No read goes across the beginning of an address.
   *
   * @param parent the read that was refused as a whole
   */
  record Cut(Table table, int address, Span parent) {}

  private final TreeSet<Span> quarantined = new TreeSet<>();
  private final TreeSet<Span> tested = new TreeSet<>();
  private final List<Cut> cuts = new ArrayList<>();
  private final TreeMap<Span, Integer> refusedAlone = new TreeMap<>();

  /** Since the last refusal the device gave some values. */
  private boolean answers;

  /** What a device refuses, at the beginning nothing. */
  public Refusals() {}

  /** Takes over what was known before a restart; each quarantined span is tested once. */
  public void restore(List<Span> bad, List<Span> cutAt) {
    quarantined.addAll(bad);
    tested.addAll(bad);
    cutAt.forEach(at -> cuts.add(new Cut(at.table(), at.address(), at)));
  }

  /** The spans that are not read, in order. */
  public List<Span> quarantined() {
    return List.copyOf(quarantined);
  }

  /** Where reads end that could go on; as spans of length 1. */
  public List<Span> cuts() {
    return cuts.stream().map(cut -> new Span(cut.table, cut.address, 1)).toList();
  }

  /** Whether a point is left out of the plan. */
  boolean isLeftOut(ModbusPoint point) {
    Span span = Span.of(point);
    return quarantined.contains(span) && !tested.contains(span);
  }

  /** Whether a point is read alone, to see whether it is still refused. */
  boolean isTested(ModbusPoint point) {
    return tested.contains(Span.of(point));
  }

  /** Whether one read may cover the addresses up to a point that it has not reached yet. */
  boolean mayReach(Table table, int end, ModbusPoint next) {
    for (Cut cut : cuts) {
      if (cut.table == table && cut.address <= next.address() && cut.address >= end) {
        return false;
      }
    }
    for (Span bad : quarantined) {
      if (bad.overlaps(table, end, next.address())) {
        return false;
      }
    }
    return true;
  }

  /** Quarantined points are asked again, each alone. */
  public void testAll() {
    tested.addAll(quarantined);
  }

  /**
   * A read brought values.
   *
   * @return whether that changes the plan
   */
  public boolean answered(Block block, List<ModbusPoint> points) {
    answers = true;
    if (block.points().length != 1) {
      return false;
    }
    Span span = Span.of(points.get(block.points()[0]));
    refusedAlone.remove(span);
    boolean released = quarantined.remove(span);
    tested.remove(span);
    return released;
  }

  /**
   * A read was refused with exception 02 or 03.
   *
   * @return whether that changes the plan
   */
  public boolean refused(Block block, List<ModbusPoint> points) {
    int[] of = block.points();
    if (of.length > 1) {
      return cut(block, points);
    }
    Span span = Span.of(points.get(of[0]));
    if (tested.remove(span)) {
      return true; // still not there: left out again
    }
    int times = refusedAlone.merge(span, 1, Integer::sum);
    // A device that refuses everything is not ready yet, or is another one.
    if (times < ENOUGH || !answers) {
      return false;
    }
    refusedAlone.remove(span);
    quarantined.add(span);
    cuts.removeIf(cut -> cut.parent.overlaps(span.table, span.address, span.address + span.length));
    return true;
  }

  private boolean cut(Block block, List<ModbusPoint> points) {
    answers = false;
    int[] of = block.points();
    var request = block.request();
    int middle = of.length / 2;
    // The first point from the middle on that does not overlap those before it.
    for (int step = 0; step < of.length; step++) {
      int at = middle + (step % 2 == 0 ? step / 2 : -(step + 1) / 2);
      if (at > 0 && at < of.length && beginsApart(of, at, points)) {
        var parent = new Span(request.table(), request.address(), request.count());
        cuts.add(new Cut(request.table(), points.get(of[at]).address(), parent));
        return true;
      }
    }
    return false; // they share their addresses: nothing to halve
  }

  private static boolean beginsApart(int[] of, int at, List<ModbusPoint> points) {
    int begin = points.get(of[at]).address();
    for (int i = 0; i < at; i++) {
      if (points.get(of[i]).end() > begin) {
        return false;
      }
    }
    return points.get(of[at - 1]).address() < begin;
  }
}
