package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.Pty;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command line as a process that a signal ends, on a port whose device is here. A process does
 * not end before its ports are given back, up to 10 s: so long it could still send something.
 */
@Timeout(60)
class InterruptTest {

  private static final int READ = 3;
  private static final int WRITE = 6;

  /** Less than the process would wait for its ports. */
  private static final int SOON_SECONDS = 7;

  /** What the JVM exits with after SIGTERM. */
  private static final int TERMINATED = 143;

  private final Pty pty = Pty.open();
  private final List<Process> started = new ArrayList<>();

  @TempDir Path directory;

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
    pty.close();
  }

  private Process start(String command, String... more) throws IOException {
    Path site =
        Files.writeString(
            directory.resolve("sluice.yaml"),
            """
            gateway: { id: plant-7 }
            lines:
              bus: { driver: modbus, serial: { port: %s, baud: 38400 } }
            devices:
              boiler:
                line: bus
                timeout: 3s
                points:
                  setpoint: { at: holding 7, writable: true }
            """
                .formatted(pty.path()));
    var arguments =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.gateway.Main",
                command,
                site.toString(),
                "boiler"));
    arguments.addAll(List.of(more));
    Process process = new ProcessBuilder(arguments).start();
    started.add(process);
    return process;
  }

  /** The function of the next request; 0 if none comes while the process lives. */
  private int request(Process process) {
    byte[] request = new byte[8];
    int have = 0;
    byte[] one = new byte[1];
    while (have < request.length) {
      if (pty.read(one, 20) > 0) {
        request[have++] = one[0];
      } else if (!process.isAlive()) {
        return 0;
      }
    }
    return request[1];
  }

  /** Answers a read of one register of unit 1: it is 0. */
  private void answerRead() {
    pty.write(new byte[] {1, 3, 2, 0, 0, (byte) 0xB8, 0x44});
  }

  /** What is printed up to the end of this text, or up to the end of all. */
  private static String printed(InputStream stream, String last) throws IOException {
    var text = new StringBuilder();
    for (int next = stream.read(); next >= 0; next = stream.read()) {
      text.append((char) next);
      if (text.indexOf(last) >= 0) {
        break;
      }
    }
    return text.toString();
  }

  /** As {@link Process#destroy} does, which would close its streams as well. */
  private static void interrupt(Process process) {
    assertThat(process.toHandle().destroy()).isTrue();
  }

  private static void endsSoon(Process process) throws InterruptedException {
    assertThat(process.waitFor(SOON_SECONDS, TimeUnit.SECONDS)).as("it ends soon").isTrue();
    assertThat(process.exitValue()).isEqualTo(TERMINATED);
  }

  @Test
  void aYesAfterAnInterruptionWritesNothing() throws Exception {
    Process write = start("write", "setpoint", "5");
    assertThat(request(write)).isEqualTo(READ);
    answerRead();
    assertThat(printed(write.getInputStream(), "[y/N] ")).endsWith("Write it? [y/N] ");

    interrupt(write);
    assertThat(printed(write.getErrorStream(), "sent"))
        .endsWith("sluice: interrupted, so nothing was sent");
    typeYes(write.getOutputStream());

    endsSoon(write);
    assertThat(request(write)).as("the next request").isZero();
  }

  private static void typeYes(OutputStream in) {
    try {
      in.write("y\n".getBytes(StandardCharsets.US_ASCII));
      in.flush();
    } catch (IOException e) {
      // It has ended already.
      assertThat(e).hasMessageContaining("pipe");
    }
  }

  @Test
  void aWriteWithoutItsAnswerYetIsToldAsUnknown() throws Exception {
    Process write = start("write", "setpoint", "5", "--yes");
    assertThat(request(write)).isEqualTo(READ);
    answerRead();
    assertThat(request(write)).isEqualTo(WRITE);

    interrupt(write);

    assertThat(printed(write.getInputStream(), "read back"))
        .contains("OUTCOME UNKNOWN: ")
        .contains("interrupted; whether the device did it is not known; it was not sent again")
        .endsWith("interrupted, so it was not read back");
    endsSoon(write);
    assertThat(request(write)).as("the next request").isZero();
  }

  @Test
  void aReadOfADeadDeviceGoesOnNoLonger() throws Exception {
    Process read = start("read");
    assertThat(request(read)).isEqualTo(READ);

    interrupt(read);

    assertThat(printed(read.getErrorStream(), "interrupted")).endsWith("sluice: interrupted");
    endsSoon(read);
    assertThat(request(read)).as("the next request").isZero();
  }
}
