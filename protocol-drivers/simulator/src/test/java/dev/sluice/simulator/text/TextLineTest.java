package dev.sluice.simulator.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.simulator.Running;
import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TextLineTest {

  private static final String PLANT =
      """
      lines:
        scale:
          text:
            devices:
              scale-1:
                request: READ
                format: "N{counter} (W) {net_weight}$ kg"
                points:
                  net_weight: { decimals: 2, signal: { constant: -12.345 } }
              scale-2:
                request: READ2
                format: "{counter}"
        mast:
          text:
            delimiter: "\\n"
            devices:
              mast-1:
                every: 20ms
                format: "WX,{counter}"
      """;

  private Running running;

  @BeforeEach
  void start() throws Exception {
    running = Running.plant(PLANT);
  }

  @AfterEach
  void stop() throws Exception {
    running.close();
  }

  @Test
  void answersItsRequestAndCounts() throws Exception {
    try (var client = new Client("scale")) {
      assertThat(client.ask("READ")).isEqualTo("N1 (W) -12.34$ kg");
      assertThat(client.ask("READ")).isEqualTo("N2 (W) -12.34$ kg");
      assertThat(client.ask("READ2")).isEqualTo("1");
      assertThat(client.ask("WRITE")).isEqualTo("ERROR 1");
    }
  }

  @Test
  void isReadByItsOwnPattern() throws Exception {
    var spec = (DeviceSpec.Text) running.plant().spec().devices().get(0);
    try (var client = new Client("scale")) {
      Matcher m = Pattern.compile(TextPattern.of(spec)).matcher(client.ask("READ"));
      assertThat(m.matches()).isTrue();
      assertThat(m.group("counter")).isEqualTo("1");
      assertThat(m.group("netweight")).isEqualTo("-12.34");
    }
  }

  @Test
  void speaksByItselfAndCountsOnlyWhatSomebodyCouldHear() throws Exception {
    try (var client = new Client("mast")) {
      for (int count = 1; count <= 5; count++) {
        assertThat(client.line()).isEqualTo("WX," + count);
      }
    }
    // Whoever comes later goes on close to where the first one left.
    try (var client = new Client("mast")) {
      String next = client.line();
      assertThat(Integer.parseInt(next.substring(3))).isBetween(6, 10);
    }
  }

  @Test
  void playsEachFaultAndDoesNotCountButForTheDelay() throws Exception {
    try (var client = new Client("scale")) {
      fault("exception 6");
      assertThat(client.ask("READ")).isEqualTo("ERROR 6");
      fault("wrong-length");
      assertThat(client.ask("READ")).isEqualTo("N1 (W) -");
      fault("delay 200ms");
      long began = System.nanoTime();
      assertThat(client.ask("READ")).startsWith("N1 ");
      assertThat(System.nanoTime() - began).isGreaterThan(190_000_000L);
      fault("silence");
      client.socket.setSoTimeout(200);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.ask("READ"));
      assertThat(client.ask("READ2")).isEqualTo("1");
      client.socket.setSoTimeout(10_000);
      fault("drop");
      assertThat(client.ask("READ")).isNull();
      assertThat(running.answered("scale-1")).isEqualTo(1);
    }
  }

  private void fault(String words) {
    running.plant().fault("scale-1", Fault.parse(words));
  }

  private final class Client implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader reader;

    Client(String line) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), running.port(line));
      socket.setSoTimeout(10_000);
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String ask(String request) throws IOException {
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.UTF_8));
      return line();
    }

    String line() throws IOException {
      return reader.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
