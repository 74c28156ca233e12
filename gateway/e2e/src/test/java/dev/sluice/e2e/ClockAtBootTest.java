package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without a battery for its clock: it boots 400 days ago and learns the time later. */
class ClockAtBootTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration AFTER_THE_STEP = Duration.ofSeconds(15);

  @TempDir Path directory;

  @Test
  void readingsAreStoredAndItConnectsOnceTheClockIsRight() throws IOException {
    Path offset = directory.resolve("offset");
    offset(offset, "-400d\n");
    TestPki pki = TestPki.create(directory);
    try (var server = LibmodbusServer.start(1);
        var mosquitto = Mosquitto.withClientCertificates(directory, pki, "server").start();
        var subscriber = RecordingSubscriber.start(mosquitto.port(), pki);
        var gateway = launch(site(server, mosquitto, pki), offset)) {
      gateway.awaitLog("gateway started", 0, LIMIT.multipliedBy(2));
      gateway.awaitAlive();
      gateway.awaitLog("uplink=cloud.*reason=tls_not_yet_valid", 0, LIMIT);
      Eventually.holds(
          "readings are stored",
          LIMIT,
          () -> gateway.metric("sluice_uplink_backlog_records") >= 3,
          gateway.process()::output);
      assertThat(gateway.metric(Names.CONNECTED)).isZero();
      assertThat(subscriber.ledger().records()).isZero();

      offset(offset, "+0\n");
      Duration took =
          Eventually.holds(
              "connected after the step",
              AFTER_THE_STEP,
              () -> gateway.metric(Names.CONNECTED) == 1,
              gateway.process()::output);
      System.out.printf("wrong clock at boot: connected %d ms after the step%n", took.toMillis());
      // The newest come first, and what was stored after them.
      Eventually.holds(
          "what was stored arrives, all of it",
          LIMIT,
          () ->
              subscriber.ledger().historyRecords() >= 3
                  && subscriber.ledger().missingRecords().isEmpty(),
          () -> subscriber.ledger().missingRecords() + "\n" + gateway.process().output());
      assertThat(subscriber.ledger().missingPolls()).isEmpty();
      assertThat(gateway.process().lines())
          .filteredOn(l -> l.contains("gateway started"))
          .hasSize(1);
      gateway.stopInOrder();
    }
  }

  /** As a whole: the library looks whenever it likes. */
  private static void offset(Path file, String content) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The time that a process is told; how it measures durations stays as it is. Unless the fix for
   * monotonic conditions is off as well, libfaketime lets each wait with a limit end at once, and
   * every idle thread of the JVM spins.
   */
  private static Distribution launch(Site site, Path offset) throws IOException {
    List<String> prefix =
        List.of(
            ChildProcess.locate("env"),
            "LD_PRELOAD=" + library(),
            "FAKETIME_TIMESTAMP_FILE=" + offset,
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "FAKETIME_FORCE_MONOTONIC_FIX=0",
            "FAKETIME_CACHE_DURATION=1");
    return Distribution.launch(site, site.write(), prefix);
  }

  static Path library() throws IOException {
    ChildProcess.locate("faketime");
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      return folders
          .map(folder -> folder.resolve("faketime/libfaketime.so.1"))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow(() -> new AssertionError("no libfaketime.so.1; scripts/test installs it"));
    }
  }

  private Site site(LibmodbusServer server, Mosquitto mosquitto, TestPki pki) {
    return new Site(directory)
        .linger("200ms")
        .line("plc", server.port())
        .countingDevice("plc", 1, 5, "250ms")
        .uplink(
            "ssl://localhost:" + mosquitto.port(),
            "tls: { ca: \"%s\", certificate: \"%s\", key: \"%s\" }"
                .formatted(pki.certificate("ca"), pki.certificate("client"), pki.key("client")));
  }
}
