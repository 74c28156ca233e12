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
    int heard = 0;
    try (var client = new Client("mast")) {
      while (heard < 5) {
        assertThat(client.line()).isEqualTo("WX," + ++heard);
      }
      // It is the line that ends the connection, so it knows that nobody listens then.
      fault("mast-1", "drop");
      for (String line = client.line(); line != null; line = client.line()) {
        assertThat(line).isEqualTo("WX," + ++heard);
      }
    }
    fault("mast-1", "none");
    // Ten times its interval, which the scale takes for its answer.
    fault("scale-1", "delay 200ms");
    try (var client = new Client("scale")) {
      client.ask("READ");
    }
    // Whoever comes later goes on where the first one left.
    try (var client = new Client("mast")) {
      assertThat(client.line()).isEqualTo("WX," + (heard + 1));
    }
  }

  @Test
  void playsEachFaultAndDoesNotCountButForTheDelay() throws Exception {
    try (var client = new Client("scale")) {
      fault("scale-1", "exception 6");
      assertThat(client.ask("READ")).isEqualTo("ERROR 6");
      fault("scale-1", "wrong-length");
      assertThat(client.ask("READ")).isEqualTo("N1 (W) -");
      fault("scale-1", "delay 200ms");
      long began = System.nanoTime();
      assertThat(client.ask("READ")).startsWith("N1 ");
      assertThat(System.nanoTime() - began).isGreaterThan(190_000_000L);
      fault("scale-1", "silence");
      client.socket.setSoTimeout(200);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.ask("READ"));
      client.socket.setSoTimeout(10_000);
      assertThat(client.ask("READ2")).isEqualTo("1");
      fault("scale-1", "drop");
      assertThat(client.ask("READ")).isNull();
      assertThat(running.answered("scale-1")).isEqualTo(1);
    }
  }

  private void fault(String device, String words) {
    running.plant().fault(device, Fault.parse(words));
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
