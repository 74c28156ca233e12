package dev.sluice.simulator.serial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.spec.Medium;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A line is as slow as its baud rate. That it is no slower, a benchmark may tell. */
class PaceTest {

  @TempDir private Path directory;

  @Test
  void aReplyTakesTheTimeOfRequestSilenceAndItsOwnCharacters() throws Exception {
    var medium = new Medium.Serial(2_400, 8, Medium.Parity.NONE, 1);
    long character = 10_000_000_000L / 2_400;
    assertThat(medium.characterNanos()).isEqualTo(character);
    byte[] right = Bus.registers(1, 10, 4660);
    try (var bus = new Bus(directory, 2_400, 1);
        var client = new RawPort(bus.port())) {
      long asked = System.nanoTime();
      byte[] reply = client.ask(Bus.read(1, 2, 10), right.length);
      assertThat(reply).isEqualTo(right);
      long silence = asked + 8 * character + medium.silenceNanos();
      assertThat(client.firstByteNanos() - silence).isGreaterThanOrEqualTo(character);
      assertThat(client.lastByteNanos() - silence).isGreaterThanOrEqualTo(right.length * character);
    }
  }

  @Test
  void aCharacterHasItsStartParityAndStopBitsAndSilenceShrinksNoMoreAbove19200() {
    var even = new Medium.Serial(19_200, 8, Medium.Parity.EVEN, 1);
    assertThat(even.characterNanos()).isEqualTo(11 * 1_000_000_000L / 19_200);
    assertThat(even.silenceNanos()).isEqualTo(even.characterNanos() * 7 / 2);
    var seven = new Medium.Serial(9_600, 7, Medium.Parity.ODD, 2);
    assertThat(seven.characterNanos()).isEqualTo(11 * 1_000_000_000L / 9_600);
    assertThat(seven).hasToString("9600 7O2");
    var fast = new Medium.Serial(115_200, 8, Medium.Parity.NONE, 1);
    assertThat(fast.silenceNanos()).isEqualTo(1_750_000);
  }
}
