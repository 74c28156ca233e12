package dev.sluice.driver.modbus.plan;

import dev.sluice.driver.modbus.codec.ReadRequest;
import dev.sluice.driver.modbus.codec.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a device refuses to be read, found out by halving: a refused block is cut in two until the
 * parts answer or single points are left. A point that is refused alone, while the device answers
 * others, is quarantined; the cuts that led to it are taken back, so that its neighbours share
 * reads again, but none goes across it.
 *
 * <p>A device that starts up may refuse everything for a while, which looks the same at first. So a
 * new cut is tried without, once the device answers anything: refused again as a whole, the read is
 * cut for good, that is until the next test. Not thread-safe.
 *
 * <pre>
 *   [a b c d e f]  refused      [a b c] answered   [d e f] refused
 *                               [d] answered       [e f] refused  ->  [e] answered, [f] quarantined
 *   then           [a b c d e] and never more of f, but for a test now and then
 *
 *   cut --an answer, of anything--> doubted --read as before--> forgotten
 *                                           --refused-------->  proven --test--> doubted
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

    boolean isWithin(ReadRequest read) {
      return table == read.table()
          && address >= read.address()
          && address + length <= read.address() + read.count();
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
   * @param proven that was refused by a device that answers other reads
   */
  private record Cut(Table table, int address, Span parent, boolean proven) {

    boolean isCrossedBy(ReadRequest read) {
      return table == read.table()
          && address > read.address()
          && address < read.address() + read.count();
    }

    boolean isAt(Cut other) {
      return table == other.table && address == other.address;
    }
  }

  /**
   * A point that was refused alone.
   *
   * @param times how often, with answers to other reads in between
   * @param answers that there were when it was refused last
   */
  private record Alone(int times, long answers) {}

  private final TreeSet<Span> quarantined = new TreeSet<>();
  private final TreeSet<Span> tested = new TreeSet<>();
  private final List<Cut> cuts = new ArrayList<>();

  /** Cuts that are left out of the plan, to see whether they are needed. */
  private final List<Cut> doubted = new ArrayList<>();

  private final TreeMap<Span, Alone> refusedAlone = new TreeMap<>();

  /** Reads that brought values. */
  private long answers;

  /** As many as there were when a read of several points was refused last. */
  private long answersAtCut;

  /** What a device refuses, at the beginning nothing. */
  public Refusals() {}

  /** Takes over what was known before a restart; each quarantined span is tested once. */
  public void restore(List<Span> bad, List<Span> cutAt) {
    quarantined.addAll(bad);
    tested.addAll(bad);
    for (Span at : cutAt) {
      if (at.address() > 0) {
        // What was refused is not known any more: at least what lies on both sides.
        var across = new Span(at.table(), at.address() - 1, 2);
        cuts.add(new Cut(at.table(), at.address(), across, true));
      }
    }
  }

  /** Whether there is nothing that a test could take back. */
  public boolean isEmpty() {
    return quarantined.isEmpty() && cuts.isEmpty();
  }

  /** How many spans are not read. */
  public int count() {
    return quarantined.size();
  }

  /** The spans that are not read, in order. */
  public List<Span> quarantined() {
    return List.copyOf(quarantined);
  }

  /** Where reads have to end that could go on, as far as that is proven; as spans of length 1. */
  public List<Span> cuts() {
    return cuts.stream()
        .filter(Cut::proven)
        .map(cut -> new Span(cut.table, cut.address, 1))
        .toList();
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

  /** Quarantined points are asked again, each alone; reads that were cut, as a whole. */
  public void testAll() {
    tested.addAll(quarantined);
    doubt(cut -> true);
  }

  private boolean doubt(Predicate<Cut> which) {
    List<Cut> found = cuts.stream().filter(which).toList();
    cuts.removeAll(found);
    doubted.addAll(found);
    return !found.isEmpty();
  }

  /**
   * A read brought values.
   *
   * @return whether that changes the plan
   */
  public boolean answered(Block block, List<ModbusPoint> points) {
    answers++;
    doubted.removeIf(cut -> cut.parent.isWithin(block.request()));
    boolean changed = doubt(cut -> !cut.proven);
    if (changed) {
      refusedAlone.clear(); // that may have been a device that refused everything
    }
    if (block.points().length != 1) {
      return changed;
    }
    Span span = Span.of(points.get(block.points()[0]));
    refusedAlone.remove(span);
    tested.remove(span);
    return quarantined.remove(span) || changed;
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
    Alone before = refusedAlone.get(span);
    if (before != null && before.answers == answers) {
      return false; // a device that refuses everything is not ready yet, or is another one
    }
    int times = before == null ? 1 : before.times + 1;
    refusedAlone.put(span, new Alone(times, answers));
    if (times < ENOUGH) {
      return false;
    }
    refusedAlone.remove(span);
    quarantined.add(span);
    Predicate<Cut> explained =
        cut -> cut.parent.overlaps(span.table, span.address, span.address + span.length);
    cuts.removeIf(explained);
    doubted.removeIf(explained);
    return true;
  }

  private boolean cut(Block block, List<ModbusPoint> points) {
    boolean answered = answers != answersAtCut;
    answersAtCut = answers;
    int[] of = block.points();
    ReadRequest request = block.request();
    if (takeBack(request)) {
      return true;
    }
    int middle = of.length / 2;
    // The first point from the middle on that does not overlap those before it.
    for (int step = 0; step < of.length; step++) {
      int at = middle + (step % 2 == 0 ? step / 2 : -(step + 1) / 2);
      if (at > 0 && at < of.length && beginsApart(of, at, points)) {
        var parent = new Span(request.table(), request.address(), request.count());
        int begin = points.get(of[at]).address();
        add(new Cut(request.table(), begin, parent, isProven(request, answered)));
        return true;
      }
    }
    return false; // they share their addresses: nothing to halve
  }

  /** Of a test: what was found out before need not be found out again. */
  private boolean takeBack(ReadRequest refused) {
    List<Cut> needed =
        doubted.stream().filter(cut -> cut.proven && cut.isCrossedBy(refused)).toList();
    doubted.removeAll(needed);
    cuts.addAll(needed);
    return !needed.isEmpty();
  }

  /**
   * Whether a refusal says something of the addresses, and not of a device that refuses everything:
   * it came again after an answer, or as a part of a read of which that is known.
   */
  private boolean isProven(ReadRequest refused, boolean answered) {
    return doubted.stream().anyMatch(cut -> cut.isCrossedBy(refused))
        || (answered
            && cuts.stream()
                .filter(Cut::proven)
                .anyMatch(
                    cut ->
                        cut.parent.overlaps(
                            refused.table(),
                            refused.address(),
                            refused.address() + refused.count())));
  }

  private void add(Cut cut) {
    doubted.removeIf(cut::isAt);
    cuts.add(cut);
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
