package dev.sluice.driver.serial;

import static dev.sluice.driver.testkit.LineUnderTest.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.Pty;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a port cannot be opened says what to look at. */
class OpenFailureTest {

  @TempDir private Path folder;

  private static String refusal(Path path) {
    try (var rig = new PortRig(path)) {
      return rig.refusal();
    }
  }

  @Test
  void missing() {
    assertThat(refusal(folder.resolve("ttyUSB9")))
        .contains("there is no serial port " + folder.resolve("ttyUSB9"))
        .contains("is the adapter plugged in?");
  }

  @Test
  void aLinkThatLeadsNowhereIsMissingToo() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("by-id"), folder.resolve("gone"));
    assertThat(refusal(link)).contains("there is no serial port " + link);
  }

  @Test
  void plainFileAndDirectory() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "not a port");
    assertThat(refusal(file)).contains("is not a serial port: it is a plain file");
    assertThat(Files.readString(file)).isEqualTo("not a port");
    assertThat(refusal(folder)).contains("is not a serial port: it is a directory");
  }

  @Test
  void deviceThatIsNoTerminal() {
    assertThat(refusal(Path.of("/dev/null")))
        .contains("/dev/null is not a serial port: the device knows no speed");
  }

  @Test
  void inUseByAnotherLineUnderAnotherName() throws Exception {
    try (Pty pty = Pty.open()) {
      Path link = Files.createSymbolicLink(folder.resolve("adapter"), pty.device());
      try (var first = new PortRig("bus-a", PortRig.options(pty.device(), 9600));
          var second = new PortRig("bus-b", PortRig.options(link, 9600))) {
        first.open();
        assertThat(second.refusal()).contains(pty.device() + " is in use by line bus-a");
        await(first.onContext(first.port::close));
        second.open();
      }
    }
  }

  @Test
  void inUseByAnotherProcess() throws Exception {
    try (Pty pty = Pty.open()) {
      String held = pty.device().toString();
      Process holder =
          new ProcessBuilder("flock", held, "sh", "-c", "echo held; exec sleep 60").start();
      try {
        assertThat(holder.inputReader().readLine()).isEqualTo("held");
        assertThat(refusal(pty.device()))
            .contains(held + " is in use by process ")
            .containsPattern("process \\d+ \\((flock|sleep|sh)\\)");
      } finally {
        holder.descendants().forEach(ProcessHandle::destroyForcibly);
        holder.destroyForcibly().waitFor(10, SECONDS);
      }
    }
  }

  @Test
  void closedWhileOpening() {
    try (Pty pty = Pty.open();
        var rig = new PortRig(pty.path())) {
      Future<String> opening =
          rig.onContext(
              () -> {
                Future<Void> begun = rig.port.open();
                Future<Void> closed = rig.port.close();
                return closed.transform(
                    c -> begun.transform(o -> Future.succeededFuture("" + o.cause())));
              });
      assertThat(await(opening)).contains("the line was closed");
      assertThat(rig.refusal()).contains("the line is closed");
    }
  }
}
