package dev.sluice.simulator;

import static dev.sluice.simulator.Running.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines as a script would use them, in this process. */
class SimulatorTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path dir;

  @Test
  void runsAPlantThatBreaksAndMendsOnCommand() throws Exception {
    Path ports = dir.resolve("ports");
    var run = new Run("plant", "--ports", ports.toString());
    JsonNode ready = run.event("ready");
    assertThat(ready.path("devices").asInt()).isEqualTo(13);
    int port = ready.path("ports").path("scale").asInt();
    assertThat(Files.readString(ports)).contains("scale=" + port + "\n");
    assertThat(ask(port)).startsWith("N1 ");
    run.command("fault scale-1 exception 3");
    run.command("status");
    run.event("status");
    assertThat(ask(port)).isEqualTo("ERROR 3");
    run.command("fault scale-1 none");
    run.command("status");
    run.event("status");
    assertThat(ask(port)).startsWith("N2 ");
    run.command("fault scale-9 none");
    run.command("fault scale-1 asleep");
    run.command("what");
    run.command("stop");
    assertThat(run.code()).as(run::errors).isZero();
    assertThat(run.errors())
        .contains("found device \"scale-9\", expected one of meter-1")
        .contains("found fault \"asleep\"")
        .contains("found command \"what\", expected fault, status or stop");
  }

  @Test
  void runsASerialLineThatIsBrokenFromTheStartAndUnpluggedForATime() throws Exception {
    Path serial = dir.resolve("dev");
    var run = new Run("plant", "--serial", serial.toString(), "--fault", "bus-a=damage 1%");
    JsonNode bus = run.event("ready").path("serial").path("bus-a");
    assertThat(bus.path("port").asText()).isEqualTo(serial.resolve("bus-a").toString());
    assertThat(bus.path("settings").asText()).isEqualTo("9600 8N1");
    assertThat(bus.path("devices").asInt()).isEqualTo(4);
    assertThat(serial.resolve("bus-a")).exists();
    run.command("status");
    assertThat(run.event("status").path("devices").findValuesAsText("fault"))
        .filteredOn("damage 1%"::equals)
        .hasSize(4);
    run.command("fault sensor-2 unplug for 1h");
    run.command("fault bus-a drop");
    run.command("fault hall noise in 5%");
    run.command("fault bus-a unplug for ever");
    run.command("status");
    assertThat(run.event("status").path("devices").findValuesAsText("fault")).contains("unplug");
    run.command("stop");
    assertThat(run.code()).as(run::errors).isZero();
    assertThat(run.errors())
        .contains("bus-a: found fault \"drop\", expected a fault of serial lines")
        .contains("hall: found fault \"noise in 5%\", expected a fault of TCP lines")
        .contains("found time \"ever\"");
    assertThat(serial.resolve("bus-a")).doesNotExist();
    assertThat(new Run("plant", "--fault", "nobody=silence").code()).isEqualTo(2);
  }

  @Test
  void generatesAPlantOfAGivenSize() throws Exception {
    var run = new Run("plant", "--devices", "3", "--points", "20");
    JsonNode ready = run.event("ready");
    assertThat(ready.path("devices").asInt()).isEqualTo(3);
    assertThat(ready.path("points").asInt()).isEqualTo(63);
    assertThat(ready.path("ports")).hasSize(1);
    run.command("stop");
    assertThat(run.code()).as(run::errors).isZero();
  }

  @Test
  void saysWhatIsWrongWithAPlantFileAndStartsNothing() throws Exception {
    Path file = dir.resolve("plant.yaml");
    Files.writeString(file, "lines: { a: { modbus: { port: many } } }");
    var run = new Run("plant", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors()).contains("lines.a.modbus").contains("found").contains("expected");
    assertThat(new Run("plant", dir.resolve("none.yaml").toString()).code()).isEqualTo(3);
    assertThat(new Run("plant", "--devices", "300").code()).isEqualTo(2);
    assertThat(new Run("verify", "--broker", "nowhere", "--topic", "#").code()).isEqualTo(2);
  }

  @Test
  void endsADemoContentWhenAllCameThoughTheUplinkWasCut() throws Exception {
    Path config = dir.resolve("sluice.yaml");
    // Of devices that all wait for somebody to ask: nobody polls here, and nothing may be missing.
    var run =
        new Run(
            "demo", "--devices", "3", "--config", config.toString(), "--outbox", dir.toString());
    JsonNode ready = run.event("ready");
    int broker = ready.path("broker").asInt();
    assertThat(Files.readString(config)).contains("tcp://127.0.0.1:" + broker);
    var gateway = new Gateway(broker);
    gateway.publish(1, 100);
    run.command("cut");
    gateway.awaitLost();
    run.command("mend");
    gateway.reconnect();
    gateway.publish(91, 200);
    run.event("status", "acknowledged", 200);
    run.command("stop");
    assertThat(run.code()).as(run::errors).isZero();
    assertThat(run.last())
        .isEqualTo(
            "demo: published=200 acknowledged=200 duplicates=10 missing=0 readings_missing=0");
    gateway.close();
  }

  @Test
  void endsADemoWithOneWhenSomethingIsMissing() throws Exception {
    var run = new Run("demo", "--devices", "3");
    var gateway = new Gateway(run.event("ready").path("broker").asInt());
    gateway.publish(1, 49);
    gateway.publish(51, 100);
    JsonNode status = run.event("status", "acknowledged", 99);
    assertThat(status.path("uplink").asText()).isEqualTo("up");
    assertThat(status.path("devices")).hasSize(3);
    run.command("stop");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.last()).endsWith(" missing=1 readings_missing=1");
    assertThat(run.errors()).contains("seq missing: 50").contains("counts missing: 50");
    gateway.close();
  }

  @Test
  void verifiesAtABrokerOfItsOwn() throws Exception {
    var broker = new Run("broker", "--port", "0");
    int port = broker.event("ready").path("port").asInt();
    var verify =
        new Run("verify", "--broker", "127.0.0.1:" + port, "--topic", "site/#", "--from-start");
    verify.event("ready");
    var gateway = new Gateway(port);
    gateway.publish(1, 10);
    JsonNode status = verify.event("status", "messages", 10);
    assertThat(status.path("acknowledged").asInt()).isEqualTo(10);
    verify.command("stop");
    assertThat(verify.code()).isZero();
    assertThat(verify.last()).startsWith("demo: published=10 acknowledged=10 ");
    gateway.close();
    broker.command("stop");
    assertThat(broker.code()).isZero();
  }

  private static String ask(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("READ\r\n".getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  /** Sends what a gateway would. */
  private static final class Gateway {

    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final BlockingQueue<Integer> acknowledged = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
    private MqttClient client;

    Gateway(int port) throws Exception {
      this.port = port;
      reconnect();
    }

    void reconnect() throws Exception {
      // The command to mend is on its way; a refused attempt is tried again.
      long end = System.nanoTime() + 20_000_000_000L;
      while (true) {
        client = MqttClient.create(vertx);
        try {
          await(client.connect(port, "127.0.0.1"));
          break;
        } catch (Exception e) {
          if (System.nanoTime() - end > 0) {
            throw e;
          }
          await(vertx.timer(10));
        }
      }
      client.closeHandler(v -> lost.add("closed"));
      client.publishCompletionHandler(acknowledged::add);
    }

    void awaitLost() throws InterruptedException {
      assertThat(lost.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    void publish(int from, int to) throws Exception {
      for (int seq = from; seq <= to; seq++) {
        String json =
            "{\"schema\":1,\"gateway\":\"demo\",\"stream\":\"a\",\"seq\":"
                + seq
                + ",\"low\":"
                + seq
                + ",\"devices\":{\"meter-1\":[{\"t\":1,\"v\":{\"counter\":"
                + seq
                + "}}]}}";
        await(
            client.publish(
                "site/demo/readings", Buffer.buffer(json), MqttQoS.AT_LEAST_ONCE, false, false));
        assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isNotNull();
      }
    }

    void close() throws Exception {
      await(vertx.close());
    }
  }

  /** A command that runs beside the test. */
  private static final class Run {

    private final PipedOutputStream commands = new PipedOutputStream();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final StringBuffer errors = new StringBuffer();
    private final CompletableFuture<Integer> code;
    private volatile String last = "";

    Run(String... args) throws IOException {
      var in = new PipedInputStream(commands);
      var out = new PrintStream(new Lines(this::printed), true, StandardCharsets.UTF_8);
      var err =
          new PrintStream(
              new Lines(line -> errors.append(line).append('\n')), true, StandardCharsets.UTF_8);
      code = CompletableFuture.supplyAsync(() -> Simulator.run(new Terminal(in, out, err), args));
    }

    private void printed(String line) {
      last = line;
      lines.add(line);
    }

    void command(String line) throws IOException {
      commands.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      commands.flush();
    }

    JsonNode event(String word) throws Exception {
      for (String line = next(); ; line = next()) {
        if (line.startsWith("{") && JSON.readTree(line).path("event").asText().equals(word)) {
          return JSON.readTree(line);
        }
      }
    }

    /** Asks for events until one says what it must. */
    JsonNode event(String word, String key, long value) throws Exception {
      long end = System.nanoTime() + 20_000_000_000L;
      while (System.nanoTime() - end < 0) {
        command(word);
        JsonNode event = event(word);
        if (event.path(key).asLong() == value) {
          return event;
        }
      }
      throw new AssertionError("no " + word + " with " + key + "=" + value);
    }

    private String next() throws InterruptedException {
      String line = lines.poll(20, TimeUnit.SECONDS);
      assertThat(line).as("a line; errors: %s", errors).isNotNull();
      return line;
    }

    int code() throws Exception {
      return code.get(20, TimeUnit.SECONDS);
    }

    String last() {
      return last;
    }

    String errors() {
      return errors.toString();
    }
  }

  private static final class Lines extends OutputStream {

    private final java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
    private final java.util.function.Consumer<String> lines;

    Lines(java.util.function.Consumer<String> lines) {
      this.lines = lines;
    }

    @Override
    public void write(int b) {
      if (b == '\n') {
        lines.accept(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
