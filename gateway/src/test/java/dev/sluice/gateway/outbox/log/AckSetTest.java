package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AckSetTest {

  @Test
  void agreesWithAPlainSetAsLongAsRangesSuffice() {
    long seed = Plant.seed();
    for (int round = 0; round < 200; round++) {
      Random random = new Random(seed + round);
      AckSet acks = new AckSet(1);
      TreeSet<Long> left = new TreeSet<>();
      for (long seq = 1; seq <= 200; seq++) {
        left.add(seq);
      }
      for (int i = 0; i < 60; i++) {
        long first = 1 + random.nextInt(190);
        long last = first + (random.nextInt(4) == 0 ? random.nextInt(10) : 0);
        boolean changes = !left.subSet(first, last + 1).isEmpty();
        assertThat(acks.acknowledge(first, last) >= 0).isEqualTo(changes);
        left.subSet(first, last + 1).clear();
        same(acks, left);
        same(new AckSet(acks.open(), acks.ranges()), left);
      }
    }
  }

  private static void same(AckSet acks, TreeSet<Long> left) {
    assertThat(acks.low()).isEqualTo(left.isEmpty() ? 201 : left.first());
    assertThat(acks.countBelow(201)).isEqualTo(left.size());
    for (long seq = 1; seq <= 200; seq++) {
      Long next = left.ceiling(seq);
      assertThat(acks.nextFrom(seq)).isEqualTo(next == null ? Math.max(201, seq) : next);
    }
  }

  @Test
  void whenFullTheNarrowestHoleClosesAndNothingUnacknowledgedIsForgotten() {
    Random random = new Random(Plant.seed());
    AckSet acks = new AckSet(1);
    TreeSet<Long> left = new TreeSet<>();
    for (long seq = 1; seq <= 5_000; seq++) {
      left.add(seq);
    }
    int merges = 0;
    for (int i = 0; i < 3_000; i++) {
      long seq = 1 + random.nextInt(5_000);
      merges += Math.max(0, acks.acknowledge(seq, seq));
      left.remove(seq);
      assertThat(acks.ranges().length).isLessThanOrEqualTo(2 * AckSet.MAX_RANGES);
    }
    assertThat(merges).isPositive();
    for (long seq : left) {
      assertThat(acks.nextFrom(seq)).as("seq %d is still wanted", seq).isEqualTo(seq);
    }
    acks.acknowledge(1, 5_000);
    assertThat(acks.low()).isEqualTo(5_001);
  }
}
