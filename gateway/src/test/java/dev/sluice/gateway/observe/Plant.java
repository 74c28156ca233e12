package dev.sluice.gateway.observe;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import dev.sluice.gateway.acquire.BusTime;
import dev.sluice.gateway.acquire.Commitment;
import dev.sluice.gateway.acquire.LineStats;
import dev.sluice.gateway.batch.IngestStats;
import dev.sluice.gateway.command.CommandStats;
import dev.sluice.gateway.command.RequestStats;
import dev.sluice.gateway.outbox.FlashStats;
import dev.sluice.gateway.outbox.OutboxStats;
import dev.sluice.gateway.outbox.StorageStats;
import dev.sluice.gateway.outbox.dead.DeadLetterStats;
import dev.sluice.gateway.uplink.UplinkFlow;
import dev.sluice.gateway.uplink.UplinkServer;
import dev.sluice.gateway.uplink.UplinkStats;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.credential.CredentialStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A gateway that tells what a test wants. */
public final class Plant implements Sources {

  private static final FlashStats FLASH =
      new FlashStats(false, 180_224, 9000, 44, 88_000_000, 4_000_000, 2, 3_650);

  /** The lines that are deployed. */
  public final List<LineStats> lines = new ArrayList<>(List.of(line("plc-1"), line("bus-a")));

  /** How many should be. */
  public int configured = 2;

  /** None while it is not open. */
  public OutboxStats outbox = outbox(Map.of("cloud", 12L));

  /** Where it keeps them. */
  public StorageStats storage =
      new StorageStats(
          true,
          "/data/outbox",
          "01JD8",
          "",
          "",
          1,
          2048,
          3,
          Map.of("bytes", 5L),
          Map.of("age", 6L),
          FLASH);

  /** How the one uplink is. */
  public UplinkStats.State state = UplinkStats.State.CONNECTED;

  /** How storage is when its disk is unusable. */
  public static StorageStats inMemory(String reason) {
    return new StorageStats(
        false,
        "/data/outbox",
        "volatile-01JD8",
        reason,
        "mount it",
        1,
        2048,
        3,
        Map.of("bytes", 5L),
        Map.of("age", 6L),
        FLASH);
  }

  /** The monotonic time of some seconds ago. */
  private static long changed(int secondsAgo) {
    return System.nanoTime() - Duration.ofSeconds(secondsAgo).toNanos();
  }

  private static LineStats line(String id) {
    return new LineStats(
        id,
        "modbus",
        true,
        "",
        changed(60),
        3,
        1,
        new LineStats.Polls(
            100, Map.of(PollFailure.TIMEOUT, 4L), 2, 1, 9, 5, 6, 1200, 2500, 300_000_000, 0),
        new LineStats.Handed(90, Map.of("batch_full", 7L)),
        Map.of("late_reply", 8L),
        "9600 8N1",
        new LineStats.BusUse(
            Map.of(BusTime.USEFUL, 3_000_000_000L, BusTime.PROBES, 500_000_000L), 2_000_000_000L),
        new LineStats.Committed(
            1.28,
            "128 % of 9600 8N1",
            List.of(
                new Commitment.Behind(
                    Duration.ofSeconds(1), Duration.ofMillis(1400), List.of("meter-1")))),
        new LineStats.Written(11, 12, 13),
        List.of(
            device("meter-1", true, "", 96, 0, new LineStats.Rtt(2_000_000, 1_000_000, 0, 0)),
            device("meter-2", false, "timeout", 4, 4, new LineStats.Rtt(0, 0, 0, 0))));
  }

  private static LineStats.DeviceStats device(
      String id, boolean up, String reason, long answered, long failed, LineStats.Rtt rtt) {
    return new LineStats.DeviceStats(
        id,
        up,
        reason,
        changed(30),
        answered,
        failed,
        rtt,
        Map.of("timeout", 14L),
        Map.of("crc_errors", 15L),
        Map.of("timeout_too_short", "raise timeout"));
  }

  private static OutboxStats outbox(Map<String, Long> backlog) {
    return new OutboxStats(
        1,
        41,
        40,
        2,
        16384,
        backlog,
        1,
        900,
        250_000_000,
        true,
        40,
        9000,
        180_224,
        44,
        0,
        3,
        30,
        1,
        0,
        0,
        0,
        7,
        0,
        0,
        0,
        0,
        Map.of("00c0ffee00c0ffee", 3));
  }

  @Override
  public RequestStats requests() {
    return new RequestStats(List.of(new RequestStats.Count("cloud", "job", 200, 4)));
  }

  @Override
  public CommandStats commands() {
    return new CommandStats(
        List.of(new CommandStats.Source("cloud", Map.of("done", 3L), Map.of("rate", 1L))), 0, 3, 0);
  }

  @Override
  public String gateway() {
    return "plant-7";
  }

  @Override
  public Collection<LineStats> lines() {
    return lines;
  }

  @Override
  public int linesConfigured() {
    return configured;
  }

  @Override
  public Collection<IngestStats> ingest() {
    var one =
        new IngestStats(
            10,
            100,
            60,
            30,
            4,
            6,
            Map.of(Quality.TIMEOUT, 2L),
            Map.of("batch_full", 1L),
            Map.of("batch_full", 7L),
            Map.of(),
            5,
            2,
            0,
            1000,
            400,
            50,
            0);
    return List.of(one, one);
  }

  @Override
  public DeadLetterStats deadLetters() {
    return new DeadLetterStats(2, 8_192, 5, 1, 1, 1, 1, 1, 0);
  }

  @Override
  public OutboxStats outbox() {
    return outbox;
  }

  @Override
  public StorageStats storage() {
    return storage;
  }

  @Override
  public Collection<UplinkStats> uplinks() {
    boolean up = state == UplinkStats.State.CONNECTED;
    return List.of(
        new UplinkStats(
            "cloud",
            state,
            up ? "" : "connection_refused",
            up ? "" : "refused",
            4,
            3,
            Map.of("connection_refused", 1L),
            0,
            50,
            6000,
            48,
            40,
            2,
            0,
            2,
            300,
            0,
            0,
            0,
            Lane.LIVE,
            12,
            1500,
            new UplinkFlow(
                29,
                2,
                10,
                30,
                10,
                Map.of("bytes", 1L),
                Map.of("bytes", 30L),
                500_000_000,
                80,
                Map.of("taken", 3L, "flood", 1L)),
            Map.of("attach_refused", 1L),
            new CredentialStats(
                "client.key is empty",
                true,
                3,
                2,
                1,
                List.of(
                    new CredentialStats.Certificate("client", "CN=plant-7", 86_400_000, 1_500))),
            new UplinkServer(0, 1, "tcp://broker.example", "off")));
  }
}
