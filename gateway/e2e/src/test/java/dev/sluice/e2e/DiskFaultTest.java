package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway goes on while its disk fails, and is as before soon after the disk works again. */
class DiskFaultTest {

  private static final String WRITABLE = "sluice_outbox_writable";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What the catalogue of the tests allows. */
  private static final Duration HEALED = Duration.ofSeconds(10);

  private static final Duration ROOM_AGAIN = Duration.ofSeconds(5);

  @TempDir Path directory;

  @Test
  void forcesThatFailCostNothingAndTheAlarmGoesOffWithThem() {
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site =
          Site.twoThousandReadings(directory, server).linger("200ms").uplink(mosquitto.port());
      Ledger ledger = subscriber.ledger();
      long unheard;
      try (var gateway = Distribution.start(site)) {
        flows(ledger, gateway, LIMIT);
        try (var strace = failForces(gateway)) {
          Eventually.holds(
              "the alarm is on",
              HEALED,
              () -> gateway.metric(WRITABLE) == 0,
              gateway.process()::output);
          Eventually.pass(Duration.ofSeconds(1));
          Eventually.holds(
              "what was durable before has arrived",
              LIMIT,
              () ->
                  gateway.metric(Names.BACKLOG) == 0
                      && ledger.records() >= gateway.metric("sluice_uplink_acked_records_total"),
              gateway.process()::output);
          long before = ledger.records();
          double waiting = gateway.metric("sluice_outbox_pending_records");
          Eventually.pass(Duration.ofSeconds(2));
          assertThat(ledger.records()).as("sent and not durable").isEqualTo(before);
          assertThat(gateway.metric("sluice_outbox_pending_records"))
              .as("polling goes on")
              .isGreaterThan(waiting);
          strace.signal("TERM");
          strace.awaitExit(LIMIT);
        }
        Duration healed =
            Eventually.holds(
                "the alarm is off",
                HEALED,
                () -> gateway.metric(WRITABLE) == 1,
                gateway.process()::output);
        System.out.printf("forces fail: works again after %d ms%n", healed.toMillis());
        flows(ledger, gateway, HEALED);
        // The newest come first.
        Eventually.holds(
            "all arrives",
            LIMIT,
            () ->
                ledger.missingRecords().isEmpty()
                    && ledger.countMissingPolls() <= gateway.unheard(),
            gateway.process()::output);
        unheard = gateway.unheard();
        gateway.stopInOrder();
      }
      assertThat(ledger.countMissingPolls())
          .as("%s", ledger.missingPolls())
          .isLessThanOrEqualTo(unheard);
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.streamCount()).isEqualTo(1);
    }
  }

  private static ChildProcess failForces(Distribution gateway) {
    ChildProcess strace =
        ChildProcess.start(
            "strace",
            Map.of(),
            List.of(
                ChildProcess.locate("strace"),
                "-f",
                "-o",
                "/dev/null",
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                "inject=fsync,fdatasync:error=EIO",
                "-p",
                Long.toString(gateway.process().pid())));
    Eventually.holds(
        "strace is attached",
        LIMIT,
        () -> strace.printed(Pattern.compile("attached"), 0),
        strace::output);
    return strace;
  }

  private static void flows(Ledger ledger, Distribution gateway, Duration limit) {
    long before = ledger.records();
    Eventually.holds(
        "records arrive", limit, () -> ledger.records() > before + 3, gateway.process()::output);
  }

  /** On a disk of 8 MiB that somebody else fills. */
  @Test
  void aFullDiskStopsNothing() throws IOException {
    Path image = directory.resolve("disk.img");
    ChildProcess.run("truncate", List.of("truncate", "-s", "8M", image.toString()));
    ChildProcess.run(
        "mkfs", List.of(ChildProcess.locate("mkfs.ext4"), "-q", "-F", image.toString()));
    try (var server = LibmodbusServer.start(10);
        var mosquitto = Mosquitto.plain(directory).start();
        var subscriber = RecordingSubscriber.start(mosquitto.port())) {
      Site site =
          Site.twoThousandReadings(directory, server)
              .linger("200ms")
              .outboxKeys("segmentBytes: 64KiB, maxBytes: 1MiB")
              .uplink(mosquitto.port());
      Files.createDirectories(site.outbox());
      // The mount is the gateway's alone and ends with it.
      List<String> prefix =
          List.of(
              ChildProcess.locate("unshare"),
              "--mount",
              "sh",
              "-ec",
              "mount -o loop \"$0\" \"$1\"; mkdir \"$1/there\"; shift; exec \"$@\"",
              image.toString(),
              site.outbox().toString());
      Ledger ledger = subscriber.ledger();
      try (var gateway = Distribution.launch(site, site.write(), prefix)) {
        gateway.awaitAlive();
        // With one file it could only wait for room: it must not give up where the log ends.
        Eventually.holds(
            "files are written again",
            LIMIT,
            () -> gateway.metric("sluice_outbox_reused_segments_total") > 1,
            gateway.process()::output);
        Path filler =
            Path.of("/proc/" + gateway.process().pid() + "/root" + site.outbox() + "/filler");
        for (int i = 0; i < 4; i++) {
          fill(filler);
          flows(ledger, gateway, LIMIT);
        }
        assertThat(gateway.process().isRunning()).isTrue();
        Files.delete(filler);
        Duration room =
            Eventually.holds(
                "writes again",
                ROOM_AGAIN,
                () -> gateway.metric(WRITABLE) == 1,
                gateway.process()::output);
        System.out.printf("full disk: normal %d ms after there is room%n", room.toMillis());
        flows(ledger, gateway, ROOM_AGAIN);
        // The newest come first.
        Eventually.holds(
            "all arrives or is announced as a gap",
            LIMIT,
            () -> ledger.missingRecords().isEmpty(),
            gateway.process()::output);
        gateway.stopInOrder();
      }
      assertThat(ledger.missingRecords()).isEmpty();
      assertThat(ledger.violations()).isEmpty();
      assertThat(ledger.streamCount()).isEqualTo(1);
    }
  }

  private static void fill(Path filler) throws IOException {
    byte[] piece = new byte[4096];
    try (OutputStream file =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        file.write(piece);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  @Test
  void aSecondGatewayOnTheSameOutboxSaysWhoHasIt() throws IOException {
    try (var server = LibmodbusServer.start(1)) {
      Site site = new Site(directory).line("plc", server.port()).countingDevice("plc", 1, 2, "1s");
      try (var first = Distribution.start(site)) {
        first.awaitReady();
        Path other = Files.createDirectories(directory.resolve("other"));
        Site second = new Site(other).line("plc", server.port()).countingDevice("plc", 1, 2, "1s");
        Path configuration =
            second.write(
                Files.readString(second.write())
                    .replace(second.outbox().toString(), site.outbox().toString()));
        long start = System.nanoTime();
        try (var gateway = Distribution.launch(second, configuration, List.of())) {
          int code = gateway.process().awaitExit(LIMIT);
          System.out.printf(
              "second gateway: left after %d ms%n", (System.nanoTime() - start) / 1_000_000);
          assertThat(code).isNotZero();
          assertThat(gateway.process().output()).contains("process " + first.process().pid());
        }
        first.process().killHard();
        try (var again = Distribution.start(site)) {
          again.awaitReady();
        }
      }
    }
  }
}
