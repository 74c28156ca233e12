package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every step of a life is noted; the power fails after each of them, and of what was not forced
 * then any part may be on the disk, in any order.
 */
class CrashStatesTest {

  /** What a power cut left, and what had been promised by then. */
  private record State(MemoryFiles files, Set<Long> promised) {}

  @Test
  void whateverAPowerCutLeavesOfWhatWasNotForcedNothingDurableIsLost() throws IOException {
    int states = sweep(Plant.thorough() ? 60 : 6);
    System.out.println(states + " states after power cuts, recovered from all");
    assertThat(states).isGreaterThan(1_000);
  }

  /** Recovers from all states of a life; how many there were. */
  static int sweep(int samples) throws IOException {
    long seed = Plant.seed();
    Random random = new Random(seed);
    Life life = new Life();
    List<State> states = new ArrayList<>();
    int[] count = new int[1];
    life.plant.files.hook(
        (op, path) -> {
          if (op == MemoryFiles.Op.READ || op == MemoryFiles.Op.OPEN || op == MemoryFiles.Op.LIST) {
            return; // changes nothing
          }
          Set<Long> promised = new TreeSet<>(life.durable.keySet());
          states.add(new State(life.plant.files.afterCrash(), promised));
          for (int i = 0; i < samples; i++) {
            MemoryFiles left =
                i % 3 == 0
                    ? life.plant.files.afterCrash(random)
                    : life.plant.files.afterReordering(random);
            states.add(new State(left, promised));
          }
          count[0] += states.size();
          check(life, states, seed);
        });
    life.run();
    return count[0];
  }

  private static void check(Life life, List<State> states, long seed) throws IOException {
    for (State state : states) {
      Map<Path, byte[]> contents = state.files.contents();
      Plant plant = new Plant();
      plant.files = state.files;
      try {
        life.check(plant, state.promised);
      } catch (IOException | RuntimeException | AssertionError e) {
        Map<Path, Integer> sizes = new HashMap<>();
        contents.forEach((path, bytes) -> sizes.put(path.getFileName(), bytes.length));
        throw new AssertionError("seed " + seed + ", files " + sizes, e);
      }
    }
    states.clear();
  }

  /** Not only tried but looked at: the order that makes it so. */
  @Test
  void whatACommitWroteAndTheNameOfItsFileAreForcedBeforeItReturns() throws IOException {
    Life life = new Life();
    Set<Path> dirty = new HashSet<>();
    Set<Path> nameless = new HashSet<>();
    Map<Path, Integer> checked = new LinkedHashMap<>();
    life.onDurable =
        () -> {
          assertThat(dirty).as("written and not forced").isEmpty();
          assertThat(nameless).as("named and not forced").isEmpty();
          life.plant
              .files
              .contents()
              .keySet()
              .forEach(path -> checked.merge(path, 1, Integer::sum));
        };
    life.plant.files.hook(
        (op, path) -> {
          boolean segment = path.toString().endsWith(".seg");
          switch (op) {
            case CREATE -> note(segment, nameless, path);
            // Of a spare file that becomes a segment, or the other way round.
            case RENAME -> note(path.toString().contains(".seg"), nameless, path);
            case FORCE_DIRECTORY -> nameless.clear();
            case WRITE -> note(segment, dirty, path);
            case FORCE -> dirty.remove(path);
            default -> {}
          }
        });
    life.run();
    assertThat(checked).hasSizeGreaterThan(10);
    assertThat(life.reused).isPositive();
  }

  private static void note(boolean segment, Set<Path> paths, Path path) {
    if (segment) {
      paths.add(path);
    }
  }
}
