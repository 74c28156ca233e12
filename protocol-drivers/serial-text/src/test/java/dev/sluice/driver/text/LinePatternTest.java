package dev.sluice.driver.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinePatternTest {

  @Test
  void groupsOfAMatchingLineAreRead() throws Exception {
    var pattern = new LinePattern("ST,(?<kg>[-+. 0-9]+)kg(?<hold>,HOLD)?");
    assertThat(pattern.match("ST,+ 12.50kg").group("kg")).isEqualTo("+ 12.50");
    assertThat(pattern.match("ST,+ 12.50kg").group("hold")).isNull();
  }

  @Test
  void lineThatOnlyContainsAMatchIsRefusedWithBothSides() {
    refuses(new LinePattern("\\d+"), "12\r")
        .withMessageContaining("\"12\\r\"")
        .withMessageContaining("\\d+");
  }

  @Test
  void groupsAreKnownWithoutAMatch() {
    var pattern = new LinePattern("(?<a>x)|(?<b>y)");
    assertThat(pattern.hasGroup("a")).isTrue();
    assertThat(pattern.hasGroup("b")).isTrue();
    assertThat(pattern.hasGroup("c")).isFalse();
    assertThat(pattern.hasGroup("")).isFalse();
    assertThat(new LinePattern("(?x) (?<a> . ) # rest").hasGroup("a")).isTrue();
  }

  @Test
  void patternThatBacktracksWithoutEndIsStopped() {
    var pattern = new LinePattern("(x+x+)+y");
    long start = System.nanoTime();
    refuses(pattern, "x".repeat(4096)).withMessageContaining("steps");
    // Without a bound this would take longer than the world is old.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void patternThatRecursesTooDeepIsStopped() throws Exception {
    var pattern = new LinePattern("(?:a|b)*c");
    var outcome = new Throwable[1];
    // A stack as small as that of a gateway that was told to save memory.
    var thread =
        new Thread(
            null,
            () -> {
              try {
                pattern.match("ab".repeat(2048));
              } catch (PollException e) {
                outcome[0] = e;
              }
            },
            "small-stack",
            160 << 10);
    thread.start();
    thread.join();
    assertThat(outcome[0]).isInstanceOf(PollException.class).hasMessageContaining("recursing");
  }

  @Test
  void ordinaryPatternOnTheLongestLineStaysWithinTheBudget() throws Exception {
    String line = "x".repeat(4090) + "=1.5";
    assertThat(new LinePattern("(?<name>[^=]*)=(?<v>.*)").match(line).group("v")).isEqualTo("1.5");
  }

  private static org.assertj.core.api.ThrowableAssertAlternative<PollException> refuses(
      LinePattern pattern, String line) {
    return assertThatExceptionOfType(PollException.class)
        .isThrownBy(() -> pattern.match(line))
        .satisfies(e -> assertThat(e.failure()).isEqualTo(PollFailure.BAD_REPLY));
  }
}
