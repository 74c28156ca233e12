package dev.sluice.simulator.serial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulator.Running;
import dev.sluice.simulator.spec.FaultOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text devices on serial lines: a scale that is asked, and a mast that speaks by itself. */
class SerialTextTest {

  private static final String PLANT =
      """
      lines:
        scale:
          text:
            serial: { baud: 115200, dataBits: 7, parity: even }
            devices:
              scale-1:
                request: READ
                format: "N{counter} {weight} kg"
                points: { weight: { decimals: 2, signal: { constant: 12.5 } } }
        mast:
          text:
            serial: { baud: 115200, parity: none }
            delimiter: "\\n"
            devices:
              mast-1:
                every: 20ms
                format: "$WX,{counter},°"
                checksum: nmea
      """;

  @TempDir private Path directory;
  private Running running;

  @BeforeEach
  void start() throws Exception {
    running = Running.plant(PLANT, directory);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  @Test
  void theScaleAnswersItsRequestOnlyAndCounts() throws Exception {
    try (var client = new RawPort(directory.resolve("scale"))) {
      client.send("RE".getBytes(StandardCharsets.US_ASCII));
      client.send("AD\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(line(client)).isEqualTo("N1 12.50 kg\r\n");
      client.send("WRITE\r\nREAD\r\nREAD\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(line(client)).isEqualTo("N2 12.50 kg\r\n");
      assertThat(line(client)).isEqualTo("N3 12.50 kg\r\n");
      fault("scale-1", "exception 7");
      client.send("READ\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(line(client)).isEqualTo("ERROR 7\r\n");
      fault("scale-1", "damage 100%");
      client.send("READ\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(client.receive(13)).hasSize(13).isNotEqualTo(bytes("N4 12.50 kg\r\n"));
      fault("scale-1", "wrong-length");
      client.send("READ\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(line(client)).isEqualTo("N4 12\r\n");
    }
    assertThat(running.answered("scale-1")).isEqualTo(3);
  }

  @Test
  void theMastSpeaksByItselfAndCountsOnlyWhatSomebodyCanHear() throws Exception {
    Path port = directory.resolve("mast");
    long heard;
    try (var client = new RawPort(port)) {
      assertThat(line(client)).isEqualTo("$WX,1,°*4C\n");
      assertThat(line(client)).isEqualTo("$WX,2,°*4F\n");
      fault("mast-1", "silence");
      client.receive(1000, Duration.ofMillis(200));
      heard = running.answered("mast-1");
      assertThat(client.receive(1, Duration.ofMillis(200))).isEmpty();
      assertThat(running.answered("mast-1")).isEqualTo(heard);
    }
    fault("mast-1", "none");
    // Nobody listens for ten times its interval, which the scale takes for its answer.
    fault("scale-1", "delay 200ms");
    try (var client = new RawPort(directory.resolve("scale"))) {
      client.send("READ\r\n".getBytes(StandardCharsets.US_ASCII));
      line(client);
    }
    assertThat(running.answered("mast-1")).isEqualTo(heard);
    try (var client = new RawPort(port)) {
      assertThat(line(client)).startsWith("$WX," + (heard + 1) + ",°*");
    }
  }

  private void fault(String name, String words) {
    running.plant().fault(name, FaultOrder.parse(words));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String line(RawPort client) throws Exception {
    var line = new StringBuilder();
    while (line.length() == 0 || line.charAt(line.length() - 1) != '\n') {
      byte[] next = client.receive(1);
      assertThat(next).as("after \"" + line + "\"").hasSize(1);
      line.append((char) (next[0] & 0xFF));
    }
    return new String(
        line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
