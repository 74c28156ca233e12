package dev.sluice.simulator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.verify.RangeSet.Range;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RangeSetTest {

  @Test
  void behavesAsASetOfNumbersForRandomRanges() {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("RangeSetTest seed " + seed);
    var random = new Random(seed);
    int rounds = Boolean.getBoolean("sluice.long") ? 2_000 : 200;
    for (int round = 0; round < rounds; round++) {
      var set = new RangeSet(Integer.MAX_VALUE);
      var model = new TreeSet<Long>();
      for (int step = 0; step < 40; step++) {
        long first = random.nextInt(100);
        long last = first + random.nextInt(8) - 1;
        set.add(first, last);
        for (long i = first; i <= last; i++) {
          model.add(i);
        }
        assertThat(set.size()).isEqualTo(model.size());
        long from = random.nextInt(110);
        long to = from + random.nextInt(30) - 1;
        long holes = set.holes(from, to).stream().mapToLong(Range::size).sum();
        long there = model.subSet(from, Math.max(from, to + 1)).size();
        assertThat(holes).isEqualTo(Math.max(0, to - from + 1) - there);
        assertThat(set.intersects(from, to)).isEqualTo(there > 0);
        assertThat(set.contains(from)).isEqualTo(model.contains(from));
      }
    }
  }

  @Test
  void closesTheLowestHoleAndCountsItWhenThereAreTooManyRanges() {
    var set = new RangeSet(3);
    for (long value : new long[] {1, 4, 8, 10}) {
      set.add(value);
    }
    assertThat(set.closed()).isEqualTo(2);
    assertThat(set.holes(1, 10)).isEqualTo(List.of(new Range(5, 7), new Range(9, 9)));
  }
}
