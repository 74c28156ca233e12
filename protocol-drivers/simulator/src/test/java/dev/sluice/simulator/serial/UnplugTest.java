package dev.sluice.simulator.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.simulator.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device file that goes and comes, and is always where it was. */
class UnplugTest {

  private static final byte[] COUNT_ONE = Bus.read(1, 0, 2);

  @TempDir private Path directory;

  @Test
  void theAdapterGoesIsToldAndComesBackUnderItsNameWithTheCountsGoingOn() throws Exception {
    try (var bus = new Bus(directory, 115_200, 1)) {
      try (var client = new RawPort(bus.port())) {
        assertThat(Bus.count(client.ask(COUNT_ONE, 9))).isEqualTo(1);
        bus.fault("bus-a", "unplug for 1500ms");
        await(() -> !Files.exists(bus.port(), LinkOption.NOFOLLOW_LINKS));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.ask(COUNT_ONE, 9));
      }
      await(() -> Files.exists(bus.port()));
      try (var again = new RawPort(bus.port())) {
        assertThat(Bus.count(again.ask(COUNT_ONE, 9))).isEqualTo(2);
      }
    }
  }

  @Test
  void aReplyThatIsCutIsNotCounted() throws Exception {
    try (var bus = new Bus(directory, 300, 1)) {
      try (var client = new RawPort(bus.port())) {
        client.send(Bus.read(1, 0, 22));
        assertThat(client.receive(3)).hasSize(3);
        bus.fault("two", "unplug");
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> client.receive(60, Duration.ofSeconds(5)));
      }
      assertThat(bus.answered("one")).isZero();
      bus.fault("two", "none");
      await(() -> Files.exists(bus.port()));
      try (var again = new RawPort(bus.port())) {
        assertThat(Bus.count(again.ask(COUNT_ONE, 9))).isEqualTo(1);
      }
    }
  }

  @Test
  void theNameGoesWhenThePlantEndsAndAnOldLinkIsReplaced() throws Exception {
    Path port = directory.resolve("bus-a");
    Files.createSymbolicLink(port, directory.resolve("gone"));
    try (var bus = new Bus(directory, 115_200, 1)) {
      assertThat(Files.readSymbolicLink(bus.port()).toString()).startsWith("/dev/pts/");
    }
    assertThat(Files.exists(port, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void aFileOfThatNameIsLeftAloneAndTold() throws Exception {
    Path port = Files.writeString(directory.resolve("bus-a"), "precious");
    assertThatExceptionOfType(Exception.class)
        .isThrownBy(() -> new Bus(directory, 115_200, 1))
        .withMessageContaining(port + ": found a file, expected nothing or an old link");
    assertThat(port).hasContent("precious");
  }

  @Test
  void aPlantWithoutADirectoryMakesOneAndRemovesIt() throws Exception {
    Running running =
        Running.plant(
            """
            lines:
              bus-a:
                modbus: { serial: {}, devices: { one: { points: { x: { at: input 2, signal: { constant: 1 } } } } } }
            """);
    Path port = Path.of(running.plant().ports().get("bus-a"));
    assertThat(port).exists();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> running.plant().fault("one", dev.sluice.simulator.spec.Fault.parse("drop")))
        .withMessageContaining("one: found fault \"drop\", expected a fault of serial lines");
    running.close();
    assertThat(port.getParent()).doesNotExist();
  }

  // Nothing tells when a file comes or goes below /dev.
  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within 10 s").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
