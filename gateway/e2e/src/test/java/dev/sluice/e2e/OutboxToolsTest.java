package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator looks into the outbox of a gateway that runs, and of one that was killed. */
class OutboxToolsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void theOutboxOfARunningAndOfAKilledGatewayIsClean() {
    try (var server = LibmodbusServer.start(1)) {
      Site site =
          new Site(directory)
              .line("plc", server.port())
              .countingDevice("plc", 1, 20, "100ms")
              .linger("100ms")
              .uplink(FreePort.take());
      try (var gateway = Distribution.start(site)) {
        Eventually.holds(
            "something is in the outbox",
            LIMIT,
            () -> gateway.metric("sluice_uplink_backlog_records") > 10,
            () -> gateway.page("/metrics"));
        try (var verify = outbox("verify", site)) {
          assertThat(verify.awaitExit(LIMIT)).as(verify.output()).isZero();
          assertThat(verify.output())
              .containsPattern("the gateway with pid [0-9]+ is running; this is a snapshot")
              .containsPattern("clean: [0-9]{2,} records");
        }
        try (var repair = outbox("repair", site)) {
          assertThat(repair.awaitExit(LIMIT)).isEqualTo(2);
          assertThat(repair.output()).contains("is running; stop it first, nothing was changed");
        }
        gateway.process().killHard();
      }
      try (var verify = outbox("verify", site)) {
        assertThat(verify.awaitExit(LIMIT)).as(verify.output()).isZero();
        assertThat(verify.output()).contains("clean: ").doesNotContain("running");
      }
    }
  }

  private static ChildProcess outbox(String command, Site site) {
    return Distribution.command("outbox", command, "--directory", site.outbox().toString());
  }
}
