package dev.sluice.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.acquire.Acquisition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundTripTest {

  /** All types, qualities, scales, sizes and clocks against a list of words. */
  @Test
  void whatIsReadIsWhatWasAcquiredInTheOrderOfEachDevice() {
    var random = new Random(Seed.of(RoundTripTest.class));
    int rounds = Seed.rounds(40, 2000);
    for (int round = 0; round < rounds; round++) {
      int devices = 1 + random.nextInt(6);
      var plant = new RandomPlant(random, devices);
      var expected = new ArrayList<List<String>>();
      for (int i = 0; i < devices; i++) {
        expected.add(new ArrayList<>());
      }
      var shelf = new Shelf();
      try (var batcher = batcher(1024 << random.nextInt(7), shelf)) {
        boolean trusted = true;
        long now = random.nextLong() >> 20;
        for (int i = 0; i < 150; i++) {
          trusted ^= random.nextInt(30) == 0;
          now += random.nextInt(2_000_000_000);
          long wall = (trusted ? Plant.T : 0) + Math.floorDiv(now, 1_000_000) - random.nextInt(50);
          batcher.take(plant.next(new Acquisition(wall, trusted, now), expected));
          if (random.nextInt(20) == 0) {
            batcher.flush();
          }
        }
        batcher.flush();
        assertThat(batcher.pending()).isZero();
      }
      var read = new ArrayList<List<String>>();
      for (int i = 0; i < devices; i++) {
        read.add(new ArrayList<>());
      }
      for (List<String> record : shelf.content()) {
        for (String line : record) {
          read.get(Integer.parseInt(line.substring(4, line.indexOf('@')))).add(line);
        }
      }
      assertThat(read).isEqualTo(expected);
      assertThat(shelf.readings()).isEqualTo(expected.stream().mapToLong(List::size).sum());
    }
  }

  private static Batcher batcher(int maxBytes, Sink sink) {
    return new Batcher(
        maxBytes, "boot-1", sink, new IngestCounters(), new CurrentValues(), () -> {});
  }
}
