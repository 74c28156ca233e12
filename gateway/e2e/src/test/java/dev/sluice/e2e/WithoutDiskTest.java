package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway runs whatever becomes of the disk of its outbox, and says what it is missing. */
class WithoutDiskTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  /**
   * What every case has in common: a device, a broker, and somebody who sees all that goes there.
   */
  private interface Case {
    void with(Site site, MqttTap tap) throws IOException;
  }

  private void plant(Case what) throws IOException {
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.plain(directory).start();
        var tap = MqttTap.before(mosquitto.port())) {
      Site site =
          new Site(directory)
              .line("plc", server.port())
              // Else what a slow machine reads before it is connected comes behind what is new.
              .uplink(tap.port(), "backoffFirst: 100ms", "backoffMax: 500ms", "order: oldest-first")
              .linger("100ms");
      site.countingDevice("plc", 1, 3, "100ms");
      what.with(site, tap);
    }
  }

  /** Polls, forwards from memory and says so; a reason that people understand is in the log. */
  private static void runsFromMemory(
      Distribution gateway, MqttTap tap, String reason, String hint) {
    gateway.awaitReady();
    awaitRecords(gateway, tap, 5, true);
    assertThat(gateway.page("/health/ready")).contains("in memory: ").contains(reason);
    JsonObject outbox = new JsonObject(gateway.page("/status")).getJsonObject("outbox");
    assertThat(outbox.getString("mode")).isEqualTo("volatile");
    assertThat(outbox.getString("reason")).contains(reason);
    assertThat(outbox.getString("hint")).contains(hint);
    assertThat(gateway.page("/metrics")).contains("sluice_outbox_mode{mode=\"volatile\"} 1.0");
    gateway.awaitLog("outbox in memory", 0, LIMIT);
  }

  private static void awaitRecords(Distribution gateway, MqttTap tap, int count, boolean inMemory) {
    Eventually.holds(
        count + " records more, " + (inMemory ? "from memory" : "from disk"),
        LIMIT,
        () ->
            tap.publishes().stream()
                    .filter(sent -> sent.message.isRecord())
                    .filter(sent -> sent.message.stream().startsWith("volatile-") == inMemory)
                    .count()
                >= count,
        gateway.process()::output);
  }

  @Test
  void aFileInItsPlaceAndBackToTheDiskWhenItIsGone() throws IOException {
    plant(
        (site, tap) -> {
          Files.writeString(site.outbox(), "mine");
          try (var gateway = Distribution.launch(site, site.write(), List.of())) {
            runsFromMemory(gateway, tap, "FileAlreadyExists", "move it away");
            assertThat(Files.readString(site.outbox())).isEqualTo("mine");
            Files.delete(site.outbox());
            gateway.awaitLog("outbox on disk again", 0, LIMIT);
            awaitRecords(gateway, tap, 5, false);
            gateway.awaitLog("outbox delivered all from memory", 0, LIMIT);
            Eventually.holds(
                "the outbox is open",
                LIMIT,
                () -> gateway.page("/health/ready").contains("\"outbox\":\"open\""),
                () -> gateway.page("/health/ready"));
            gateway.stopInOrder();
          }
          eachStreamIsWholeAndInOrder(tap, 2);
        });
  }

  @Test
  void aReadOnlyFileSystem() throws IOException {
    plant(
        (site, tap) -> {
          Files.createDirectories(site.outbox());
          List<String> readOnly =
              inNamespace("mount -t tmpfs -o ro,size=1m none \"$0\"", site.outbox().toString());
          try (var gateway = Distribution.launch(site, site.write(), readOnly)) {
            runsFromMemory(gateway, tap, "Read-only file system", "mount it writable");
            gateway.stopInOrder();
          }
          eachStreamIsWholeAndInOrder(tap, 1);
        });
  }

  @Test
  void aDirectoryThatItMayNotWriteIn() throws IOException {
    plant(
        (site, tap) -> {
          Files.setPosixFilePermissions(
              Files.createDirectories(site.outbox()), PosixFilePermissions.fromString("r-xr-xr-x"));
          try (var gateway = Distribution.launch(site, site.write(), withoutRootsPowers())) {
            runsFromMemory(gateway, tap, "AccessDenied", "let the user");
            gateway.stopInOrder();
          }
        });
  }

  /** Root may write anywhere: this gives that power away. */
  private static List<String> withoutRootsPowers() {
    return "root".equals(System.getProperty("user.name"))
        ? List.of(ChildProcess.locate("setpriv"), "--bounding-set=-dac_override,-dac_read_search")
        : List.of();
  }

  /** From a disk of 1 MiB that others have filled. */
  @Test
  void aDiskWithoutAByteFromTheStart() throws IOException {
    plant(
        (site, tap) -> {
          Files.createDirectories(site.outbox());
          List<String> full =
              inNamespace(
                  "mount -t tmpfs -o size=1m none \"$0\";"
                      + " head -c 1048576 /dev/zero > \"$0/other\" || true",
                  site.outbox().toString());
          String text = Files.readString(site.write());
          Path file = site.write(text.replace("outbox: {", "outbox: { memoryAfter: 1s,"));
          try (var gateway = Distribution.launch(site, file, full)) {
            runsFromMemory(gateway, tap, "No space left", "make room");
            gateway.stopInOrder();
          }
          eachStreamIsWholeAndInOrder(tap, 1);
        });
  }

  @Test
  void aSecondGatewayEndsAtOnceAndNamesTheFirst() throws IOException {
    plant(
        (site, tap) -> {
          try (var first = Distribution.start(site)) {
            first.awaitReady();
            long start = System.nanoTime();
            Path other = directory.resolve("second.yaml");
            Files.writeString(
                other,
                Files.readString(site.write())
                    .replace("port: " + site.httpPort(), "port: " + FreePort.take()));
            try (var second = Distribution.command("run", other.toString())) {
              assertThat(second.awaitExit(Duration.ofSeconds(15))).isEqualTo(1);
              Duration took = Duration.ofNanos(System.nanoTime() - start);
              System.out.println("second gateway ended after " + took.toMillis() + " ms");
              assertThat(second.output()).contains("is in use by process " + first.process().pid());
              // Two seconds on a machine that has nothing else to do.
              assertThat(took).isLessThan(Duration.ofSeconds(10));
            }
            first.process().killHard();
          }
          try (var next = Distribution.start(site)) {
            next.awaitReady();
            assertThat(next.page("/health/ready")).contains("\"outbox\":\"open\"");
            next.stopInOrder();
          }
        });
  }

  /** Runs what follows in a view of the file system of its own, once the script ran there. */
  private static List<String> inNamespace(String script, String argument) {
    return List.of(
        ChildProcess.locate("unshare"), "-m", "sh", "-ec", script + "; exec \"$@\"", argument);
  }

  /** One stream after the other, each without a hole. */
  private static void eachStreamIsWholeAndInOrder(MqttTap tap, int streams) {
    Set<String> order = new LinkedHashSet<>();
    long highest = 0;
    String stream = "";
    for (MqttTap.Publish sent : tap.publishes()) {
      Message message = sent.message;
      if (!message.isRecord()) {
        continue;
      }
      if (!message.stream().equals(stream)) {
        assertThat(order.add(message.stream())).as("%s comes once", message.stream()).isTrue();
        stream = message.stream();
        highest = 0;
      }
      assertThat(message.seq()).as(stream).isLessThanOrEqualTo(highest + 1); // or once more
      highest = Math.max(highest, message.seq());
    }
    assertThat(order).hasSize(streams);
  }
}
