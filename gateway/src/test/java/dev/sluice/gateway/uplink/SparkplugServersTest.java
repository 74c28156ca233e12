package dev.sluice.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.command.Commands;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Edge Node with two mosquittos, and a primary host that is at one of them, or at none. */
class SparkplugServersTest {

  private static final String STATE = "spBv1.0/STATE/scada";

  @TempDir Path directory;
  private Path first;
  private Path second;

  @BeforeEach
  void directories() throws Exception {
    first = Files.createDirectory(directory.resolve("first"));
    second = Files.createDirectory(directory.resolve("second"));
  }

  private static byte[] state(boolean online, long timestamp) {
    return ("{\"online\":" + online + ",\"timestamp\":" + timestamp + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theNodeWalksToTheServerWhereItsHostIsAndOnWhenTheHostGoes() throws Exception {
    try (var here = new SparkplugSite(first, "scada", Commands.NONE);
        var there = new SparkplugSite(second, "scada", Commands.NONE)) {
      // One host says that it is offline; the other server has a host with an older clock.
      here.publish(STATE, state(false, 9_000), true);
      there.publish(STATE, state(true, 1_000), true);
      here.hostWait = Duration.ofMinutes(5);
      here.alternates = List.of(URI.create("tcp://127.0.0.1:" + there.port()));
      here.device("meter", true);
      here.start();
      SparkplugSite.until("born at the second", () -> born(there, 1) && connected(here, 1));
      assertThat(here.strict.events()).as("nobody listens at the first").isEmpty();
      here.read("meter", 20);
      SparkplugSite.until("all of it", () -> here.missing(there.strict) == 0);

      // The host moves: the node dies where it was, and only then is born where the host is.
      here.publish(STATE, state(true, 9_001), true);
      there.publish(STATE, state(false, 1_000), true);
      SparkplugSite.until("born at the first", () -> born(here, 1) && connected(here, 0));
      SparkplugSite.until("dead at the second", () -> died(there));
      here.read("meter", 20);
      SparkplugSite.until("all of it", () -> here.missing(here.strict, there.strict) == 0);
      assertThat(there.strict.violations()).isEmpty();
      assertThat(here.strict.violations()).isEmpty();
      assertThat(here.stats().connects()).isEqualTo(3);
      here.stop();
    }
  }

  @Test
  void aServerThatSaysNothingIsLeftAndNoOtherIsEverConnectedAtOnce() throws Exception {
    try (var here = new SparkplugSite(first, "scada", Commands.NONE);
        var there = new SparkplugSite(second, "scada", Commands.NONE)) {
      here.hostWait = Duration.ofMillis(300);
      here.alternates = List.of(URI.create("tcp://127.0.0.1:" + there.port()));
      here.device("meter", true);
      here.read("meter", 5);
      here.start();
      SparkplugSite.until("round", () -> here.stats().connects() >= 3);
      assertThat(here.strict.events()).isEmpty();
      assertThat(there.strict.events()).isEmpty();
      there.publish(STATE, state(true, 1_000), true);
      SparkplugSite.until("born", () -> born(there, 1) && connected(here, 1));
      SparkplugSite.until("all of it", () -> here.missing(there.strict) == 0);
      here.stop();
      assertThat(there.strict.violations()).isEmpty();
    }
  }

  private static boolean connected(SparkplugSite site, int server) {
    UplinkStats stats = site.stats();
    return stats.state() == UplinkStats.State.CONNECTED && stats.server().index() == server;
  }

  private static boolean born(SparkplugSite at, int times) {
    return at.strict.births() == times;
  }

  private static boolean died(SparkplugSite at) {
    List<String> events = at.strict.events();
    return !events.isEmpty() && events.get(events.size() - 1).startsWith("NDEATH");
  }
}
