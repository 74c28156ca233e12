package dev.sluice.simulator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifierTest {

  private static final String TOPIC = "site/plant-7/readings";

  private final Verifier verifier = new Verifier(true, "counter");

  @Test
  void findsNothingWrongWhenAllCameInOrder() {
    for (int seq = 1; seq <= 100; seq++) {
      accept(data("a", seq, seq, "m", seq));
    }
    Summary summary = verifier.summary(List.of("m"));
    assertThat(summary.line())
        .isEqualTo(
            "demo: published=100 acknowledged=100 duplicates=0 missing=0 readings_missing=0");
    assertThat(summary.complete()).isTrue();
    assertThat(summary.readings()).isEqualTo(200);
  }

  @Test
  void isNotContentWhenNothingCame() {
    assertThat(verifier.summary(List.of()).complete()).isFalse();
  }

  @Test
  void countsWhatCameAgainAndItsReadingsOnce() {
    accept(data("a", 1, 1, "m", 1));
    accept(data("a", 2, 1, "m", 2));
    accept(data("a", 1, 1, "m", 1));
    accept(data("a", 3, 3, "m", 3));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.line())
        .isEqualTo("demo: published=3 acknowledged=3 duplicates=1 missing=0 readings_missing=0");
    assertThat(summary.repeated()).isZero();
    assertThat(summary.readings()).isEqualTo(6);
  }

  @Test
  void takesASeqAsReceivedOnlyWithAllItsParts() {
    accept(part("a", 1, "[1,3]", 1, "m", 1));
    accept(part("a", 1, "[3,3]", 1, "m", 3));
    accept(part("a", 1, "[3,3]", 1, "m", 3));
    assertThat(verifier.summary(List.of()).acknowledged()).isZero();
    // It is not missing before the gateway says that it was delivered.
    assertThat(verifier.summary(List.of()).missing()).isZero();
    accept(data("a", 2, 2, "m", 4));
    Summary early = verifier.summary(List.of());
    assertThat(early.missing()).isEqualTo(1);
    assertThat(early.readingsMissing()).isEqualTo(1);

    accept(part("a", 1, "[2,3]", 1, "m", 2));
    assertThat(verifier.summary(List.of()).line())
        .isEqualTo("demo: published=2 acknowledged=2 duplicates=1 missing=0 readings_missing=0");
  }

  @Test
  void reportsASeqBelowLowThatNeverCame() {
    accept(data("a", 1, 1, "m", 1));
    accept(data("a", 5, 5, "x", 1));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.missing()).isEqualTo(3);
    assertThat(summary.words()).contains("stream plant-7/a: seq missing: 2..4");
    assertThat(summary.complete()).isFalse();
  }

  @Test
  void doesNotTakeWhatIsStillUnderWayForMissing() {
    accept(data("a", 1, 1, "m", 1));
    accept(data("a", 5, 2, "x", 1));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.missing()).isZero();
    assertThat(summary.published()).isEqualTo(5);
    assertThat(summary.acknowledged()).isEqualTo(2);
  }

  @Test
  void knowsOfRecordsThatOnlyLowTellsOf() {
    accept(data("a", 1, 11, "m", 1));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.published()).isEqualTo(10);
    assertThat(summary.missing()).isEqualTo(9);
  }

  @Test
  void excusesWhatAGapNames() {
    accept(data("a", 1, 1, "m", 1));
    accept(gap("a", 7, 7, 2, 6, 5));
    accept(data("a", 8, 8, "m", 7));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.line())
        .isEqualTo("demo: published=8 acknowledged=3 duplicates=0 missing=0 readings_missing=0");
    assertThat(summary.readingsNamed()).isEqualTo(5);
  }

  @Test
  void doesNotLetAGapExplainLossElsewhereNorMoreThanItSays() {
    accept(data("a", 1, 1, "m", 1));
    accept(gap("a", 3, 2, 2, 2, 1));
    accept(data("a", 4, 4, "m", 9));
    // 2 to 8 are missing where one reading was announced.
    assertThat(verifier.summary(List.of()).readingsMissing()).isEqualTo(6);

    accept(data("a", 5, 5, "m", 10));
    accept(data("a", 6, 6, "m", 12));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.readingsMissing()).isEqualTo(7);
    assertThat(summary.words()).contains("device plant-7/m: counts missing: 11");
  }

  @Test
  void findsADroppedBlockInCompleteStreams() {
    // A gateway that numbers well what it did not lose: the seqs are whole, the readings are not.
    int seq = 0;
    for (int count = 1; count <= 10_000; count++) {
      if (count % 1000 == 0) {
        continue;
      }
      seq++;
      accept(data("a", seq, seq, "m", count));
    }
    Summary summary = verifier.summary(List.of());
    assertThat(summary.missing()).isZero();
    // The last one dropped has no later neighbour, so nobody can know of it.
    assertThat(summary.readingsMissing()).isEqualTo(9);
    assertThat(summary.words().get(0)).startsWith("device plant-7/m: counts missing: 1000, 2000,");
    assertThat(summary.complete()).isFalse();
  }

  @Test
  void findsADroppedMessage() {
    for (int seq = 1; seq <= 10_000; seq++) {
      if (seq % 1000 != 0) {
        accept(data("a", seq, Math.max(1, seq - 3), "m", seq));
      }
    }
    assertThat(verifier.summary(List.of()).missing()).isEqualTo(9);
    assertThat(verifier.summary(List.of()).readingsMissing()).isEqualTo(9);
  }

  @Test
  void keepsStreamsApartAndCountersTogether() {
    accept(data("a", 1, 1, "m", 1));
    accept(data("a", 2, 2, "m", 2));
    accept(data("b", 1, 1, "m", 3));
    accept(data("b", 2, 2, "m", 5));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.published()).isEqualTo(4);
    assertThat(summary.streams()).isEqualTo(2);
    assertThat(summary.readingsMissing()).isEqualTo(1);
  }

  @Test
  void takesHistoryThatComesAfterLive() {
    accept(data("a", 1, 1, "m", 1));
    for (int seq = 50; seq <= 60; seq++) {
      accept(data("a", seq, 2, "m", seq));
    }
    for (int seq = 2; seq < 50; seq++) {
      accept(data("a", seq, seq, "m", seq));
    }
    accept(data("a", 61, 61, "m", 61));
    assertThat(verifier.summary(List.of()).line())
        .isEqualTo("demo: published=61 acknowledged=61 duplicates=0 missing=0 readings_missing=0");
  }

  @Test
  void joinsLateAtTheLowOfTheFirstMessage() {
    var late = new Verifier(false, "counter");
    late.accept(TOPIC, bytes(data("a", 81_423, 81_400, "m", 500)));
    assertThat(late.summary(List.of()).published()).isEqualTo(24);
    for (int seq = 81_400; seq < 81_423; seq++) {
      late.accept(TOPIC, bytes(data("a", seq, 81_400, "x", seq)));
    }
    late.accept(TOPIC, bytes(data("a", 81_424, 81_424, "m", 501)));
    assertThat(late.summary(List.of()).complete()).isTrue();
  }

  @Test
  void saysWhenACountCameInTwoRecords() {
    accept(data("a", 1, 1, "m", 1));
    accept(data("a", 2, 2, "m", 1));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.repeated()).isEqualTo(1);
    assertThat(summary.words()).contains("device plant-7/m: 1 counts came twice");
  }

  @Test
  void missesADeviceThatIsExpectedAndNeverCame() {
    accept(data("a", 1, 1, "m", 1));
    assertThat(verifier.summary(List.of("m")).complete()).isTrue();
    Summary summary = verifier.summary(List.of("m", "n"));
    assertThat(summary.complete()).isFalse();
    assertThat(summary.words()).contains("device n: nothing came");
  }

  @Test
  void takesStateAndStatusAndZstd() {
    accept(
        "{\"schema\":1,\"gateway\":\"plant-7\",\"stream\":\"a\",\"seq\":1,\"low\":1,"
            + "\"state\":{\"m\":{\"t\":1,\"up\":false,\"reason\":\"timeout\"}}}");
    accept("{\"schema\":1,\"gateway\":\"plant-7\",\"status\":\"online\",\"t\":1}");
    verifier.accept(TOPIC + "/zstd", Zstd.compress(bytes(data("a", 2, 2, "m", 1))));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.malformed()).isZero();
    assertThat(summary.acknowledged()).isEqualTo(2);
  }

  @Test
  void countsAndReportsWhatIsNoMessageAndGoesOn() {
    List<String> wrong =
        List.of(
            "",
            "{",
            "[]",
            "{}",
            "{\"schema\":2}",
            "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"a\",\"seq\":0,\"devices\":{}}",
            "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"a\",\"seq\":1.5,\"devices\":{}}",
            "{\"schema\":1,\"gateway\":\"g\",\"seq\":1,\"devices\":{}}",
            "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"a\",\"seq\":1}",
            "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"a\",\"seq\":1,\"part\":[3,2],\"devices\":{}}",
            "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"a\",\"seq\":1,\"gap\":{\"first\":5,\"last\":4}}");
    wrong.forEach(this::accept);
    verifier.accept(TOPIC + "/zstd", bytes("no zstd"));
    accept(data("a", 1, 1, "m", 1));
    Summary summary = verifier.summary(List.of());
    assertThat(summary.malformed()).isEqualTo(wrong.size() + 1);
    assertThat(summary.acknowledged()).isEqualTo(1);
    assertThat(summary.words())
        .contains(
            "malformed message on " + TOPIC + ": found schema 2, expected 1",
            "malformed message on " + TOPIC + ": found seq 0, expected a whole number from 1");
  }

  @Test
  void refusesAFrameThatWouldUnpackToMoreThanItsBound() {
    verifier.accept(TOPIC + "/zstd", Zstd.compress(new byte[17 << 20]));
    assertThat(verifier.summary(List.of()).words())
        .singleElement()
        .asString()
        .contains("found 17825792 bytes in zstd");
  }

  private void accept(String json) {
    verifier.accept(TOPIC, bytes(json));
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static String data(String stream, long seq, long low, String device, long count) {
    return message(stream, seq, low, "", device, count);
  }

  private static String part(
      String stream, long seq, String part, long low, String device, long count) {
    return message(stream, seq, low, "\"part\":" + part + ",", device, count);
  }

  private static String message(
      String stream, long seq, long low, String part, String device, long count) {
    return head(stream, seq, low)
        + part
        + "\"devices\":{\""
        + device
        + "\":[{\"t\":1700000000123,\"v\":{\"counter\":"
        + count
        + ",\"voltage\":230.1},\"q\":{\"power\":\"timeout\"}}]}}";
  }

  private static String gap(String stream, long seq, long low, long first, long last, long count) {
    return head(stream, seq, low)
        + "\"gap\":{\"first\":"
        + first
        + ",\"last\":"
        + last
        + ",\"count\":"
        + count
        + ",\"reason\":\"bytes\"}}";
  }

  private static String head(String stream, long seq, long low) {
    return "{\"schema\":1,\"gateway\":\"plant-7\",\"stream\":\""
        + stream
        + "\",\"seq\":"
        + seq
        + ",\"low\":"
        + low
        + ",";
  }
}
