package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The consumer of {@code deploy/consumers} that stores readings, in PostgreSQL and in SQLite, while
 * everything around it is cut, killed and repeated: what the broker acknowledged is in the
 * database, each reading once, and the gaps say the rest.
 */
class ConsumersTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROUNDS = TestRandom.LONG ? 10 : 1;

  /** As the gateway has it; PostgreSQL keeps time as time, SQLite as this text. */
  private static final String READINGS =
      "SELECT stream, seq, device, point, %s, number FROM reading ORDER BY 1, 2, 3, 4, 5";

  private static final String TIME =
      "to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS') || '+00:00'";

  private static final DateTimeFormatter TIMES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private static final String GAPS =
      "SELECT stream, seq, first_seq, last_seq, readings, reason FROM gap ORDER BY 1, 2";

  private static final String VERDICT =
      "SELECT stream, since, complete_to, lost_records, records_on_their_way FROM completeness";

  private static final String RECEIVED =
      "SELECT stream, first_seq, last_seq FROM received ORDER BY 1, 2";

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("readings.sqlite");
  }

  @Test
  void aCutDuplicatesAndAnEvictionLeaveEachReadingOnceAndTheGapsSayTheRest() {
    Random random = TestRandom.create("ConsumersTest");
    try (var server = LibmodbusServer.start(10);
        var broker = Mosquitto.durable(directory).start();
        var tap = MqttTap.before(broker.port());
        var postgres = Postgres.start();
        var lite = Consumer.store(broker, file().toString(), "e2e/#")) {
      var store = Consumer.store(broker, postgres.url(), "e2e/#");
      // Many small commits, as each takes a block of the disk: so the bound is soon reached.
      Site site =
          Site.twoThousandReadings(directory, server)
              .linger("10ms")
              .outboxKeys("segmentBytes: 64KiB, maxBytes: 1MiB, commitWindow: 0ms")
              .uplink(tap.port(), "backoffFirst: 200ms", "backoffMax: 500ms");
      var gateway = Distribution.start(site);
      try {
        for (int round = 0; round < ROUNDS; round++) {
          awaitRecords(tap, gateway, true, 5);

          awaitCaughtUp(gateway); // with room in the window, so that it sends more
          // The broker has messages of which the gateway never hears so, and sends them again.
          tap.withholdAcks(true);
          awaitRecords(tap, gateway, false, 1 + random.nextInt(3));
          gateway.process().killHard();
          tap.withholdAcks(false);
          gateway = Distribution.start(site);

          // In the middle of a message, which must not be acknowledged then.
          postgres.inTheMiddleOfAWrite("reading", postgres::crash);
          awaitRecords(tap, gateway, true, 5);
          postgres.startAgain();
          awaitAll(postgres, tap);

          postgres.inTheMiddleOfAWrite("reading", store::killHard);
          awaitRecords(tap, gateway, true, 5);
          store = Consumer.storeLater(broker, postgres.url(), "e2e/#");

          // Killed while it owes nothing, the broker keeps sessions; the gateway has the rest.
          tap.cut();
          awaitAll(postgres, tap);
          broker.process().killHard();
          double evicted = gateway.metric("sluice_outbox_evicted_records_total");
          Distribution now = gateway;
          Eventually.holds(
              "the outbox gives up its oldest",
              LIMIT,
              () -> now.metric("sluice_outbox_evicted_records_total") > evicted,
              gateway.process()::output);
          broker.start();
          tap.restore();
          awaitRecords(tap, gateway, true, 5);
        }
        server.process().signal("STOP");
        Distribution now = gateway;
        Eventually.holds(
            "all is acknowledged",
            LIMIT,
            () -> now.metric(Names.BACKLOG) == 0,
            gateway.process()::output);
        gateway.stopInOrder();
        awaitAll(postgres, tap);
        judge("postgresql", tap, postgres.rows(READINGS.formatted(TIME)), postgres::rows);
        judge("sqlite", tap, sqlite(READINGS.formatted("time")), this::sqlite);
        System.out.println("postgresql: " + postgres.rows("SELECT * FROM completeness"));
      } finally {
        gateway.close();
        store.close();
      }
      assertThat(lite.isRunning()).as(lite.output()).isTrue();
    }
  }

  private static void awaitCaughtUp(Distribution gateway) {
    Eventually.holds(
        "little waits", LIMIT, () -> gateway.metric(Names.BACKLOG) < 20, gateway.process()::output);
  }

  private static void awaitRecords(MqttTap tap, Distribution gateway, boolean acked, int more) {
    int before = tap.records(acked).size();
    Eventually.holds(
        more + " new records",
        LIMIT,
        () -> tap.records(acked).size() >= before + more,
        gateway.process()::output);
  }

  /** Waits until both databases have each record that the broker acknowledged. */
  private void awaitAll(Postgres postgres, MqttTap tap) {
    Set<String> acknowledged = tap.records(true);
    Eventually.holds(
        "all that was acknowledged is stored",
        LIMIT,
        () ->
            records(postgres.rows(RECEIVED)).containsAll(acknowledged)
                && records(sqlite(RECEIVED)).containsAll(acknowledged));
  }

  private static Set<String> records(List<String> ranges) {
    var records = new HashSet<String>();
    for (String range : ranges) {
      String[] columns = range.split("\\|");
      for (long seq = Long.parseLong(columns[1]); seq <= Long.parseLong(columns[2]); seq++) {
        records.add(columns[0] + "/" + seq);
      }
    }
    return records;
  }

  private interface Query {
    List<String> rows(String query);
  }

  private static void judge(String name, MqttTap tap, List<String> readings, Query database) {
    // What the broker got and the gateway never heard so, it may have given up meanwhile.
    var acknowledged = new TreeSet<String>();
    var published = new TreeSet<String>();
    var gaps = new TreeSet<String>();
    long sent = 0;
    for (MqttTap.Publish publish : tap.publishes()) {
      Message message = publish.message;
      if (!message.isRecord()) {
        continue;
      }
      List<String> rows = rows(message);
      sent += rows.size();
      published.addAll(rows);
      JsonObject gap = message.json().getJsonObject("gap");
      if (publish.ackNanos() != 0) {
        acknowledged.addAll(rows);
        if (gap != null) {
          gaps.add(gap(message, gap));
        }
      }
    }
    System.out.printf(
        "%s: sent=%d acknowledged=%d stored=%d gaps=%d %s%n",
        name, sent, acknowledged.size(), readings.size(), gaps.size(), database.rows(VERDICT));
    assertThat(readings).as("each reading once").doesNotHaveDuplicates();
    Set<String> stored = Set.copyOf(readings);
    assertThat(acknowledged).as("not stored").filteredOn(row -> !stored.contains(row)).isEmpty();
    assertThat(stored).as("never sent").filteredOn(row -> !published.contains(row)).isEmpty();
    assertThat(sent).as("something came again").isGreaterThan(published.size());
    assertThat(gaps).as("something was given up").isNotEmpty();
    assertThat(database.rows(GAPS)).containsAll(gaps);
    assertThat(database.rows("SELECT count(*) FROM rejected")).containsExactly("0");
    for (String verdict : database.rows(VERDICT)) {
      assertThat(verdict).matches("[^|]+\\|1\\|[0-9]+\\|0\\|0");
    }
  }

  private static String key(Message message) {
    return message.stream() + "|" + message.seq() + "|";
  }

  private static List<String> rows(Message message) {
    var rows = new ArrayList<String>();
    message.rows(
        (device, time, values, qualities) ->
            values.forEach(
                (point, value) ->
                    rows.add(key(message) + device + "|" + point + "|" + iso(time) + "|" + value)));
    return rows;
  }

  private static String gap(Message message, JsonObject gap) {
    return key(message)
        + gap.getLong("first")
        + "|"
        + gap.getLong("last")
        + "|"
        + gap.getLong("count")
        + "|"
        + gap.getString("reason");
  }

  private static String iso(long millis) {
    return TIMES.format(Instant.ofEpochMilli(millis)) + "+00:00";
  }

  private List<String> sqlite(String query) {
    return Consumer.sqlite(file(), query);
  }
}
