package dev.sluice.gateway.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.github.luben.zstd.Zstd;
import dev.sluice.driver.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What a gateway sends, with everything done to it that must be noticed. */
class VerifierTest {

  private static final long NOW = 1_700_000_010_000L;

  private final long[] nanos = {0};

  private final TimeSource time =
      new TimeSource() {
        @Override
        public long nanoTime() {
          return nanos[0];
        }

        @Override
        public Instant instant() {
          return Instant.ofEpochMilli(NOW);
        }

        @Override
        public boolean trusted() {
          return true;
        }
      };

  private final Verifier verifier = new Verifier(false, time);

  private static String message(long seq, long low, String more) {
    return """
        {"schema":1,"gateway":"plant-7","stream":"S","seq":%d,"low":%d%s,"devices":{
         "m":[{"t":1700000009000,"v":{"a":1,"b":2.5},"q":{"c":"timeout"}}]}}"""
        .formatted(seq, low, more);
  }

  private static String gap(long seq, long low, long first, long last) {
    return """
        {"schema":1,"gateway":"plant-7","stream":"S","seq":%d,"low":%d,
         "gap":{"first":%d,"last":%d,"count":9,"reason":"bytes"}}"""
        .formatted(seq, low, first, last);
  }

  private void take(String message) {
    verifier.accept("t", message.getBytes(StandardCharsets.UTF_8));
  }

  private void takeAll(long... seqs) {
    for (long seq : seqs) {
      take(message(seq, Math.max(1, seq - 1), ""));
    }
  }

  private VerifyReport.Stream stream() {
    List<VerifyReport.Stream> streams = verifier.report().streams();
    assertThat(streams).hasSize(1);
    return streams.get(0);
  }

  /** A verifier that took them for damage would send people after a fault that is none. */
  @Test
  void formsThatCannotBeVerifiedAreNamed() {
    byte[] senml = {(byte) 0x81, (byte) 0xa1, 0x00, 0x61, 0x61};
    verifier.accept("a", "[{\"n\":\"a\",\"v\":1}]".getBytes(StandardCharsets.UTF_8));
    verifier.accept("b", senml);
    verifier.accept("c", "{\"t\":9,\"v\":1,\"seq\":3}".getBytes(StandardCharsets.UTF_8));
    verifier.accept("d", "230.1".getBytes(StandardCharsets.UTF_8));
    assertThat(verifier.report().malformedWords())
        .satisfiesExactly(
            a -> assertThat(a).contains("senml-json", "expected form json or cbor"),
            b -> assertThat(b).contains("senml-cbor", "expected json or cbor"),
            c -> assertThat(c).contains("form value"),
            d -> assertThat(d).contains("form plain"));
  }

  @Test
  void allThatCameInOrderIsComplete() {
    takeAll(1, 2, 3, 4, 5);

    assertThat(verifier.report().complete()).isTrue();
    VerifyReport.Stream stream = stream();
    assertThat(stream.gateway()).isEqualTo("plant-7");
    assertThat(stream.records()).isEqualTo(5);
    assertThat(stream.readings()).isEqualTo(10);
    assertThat(stream.lost()).isZero();
    assertThat(stream.duplicates()).isZero();
    assertThat(stream.latency()).isEqualTo(new VerifyReport.Times(5, 1000, 1000, 1000, 0));
  }

  @Test
  void nothingAtAllIsNotComplete() {
    assertThat(verifier.report().complete()).isFalse();
  }

  @Test
  void aSeqThatLowHasPassedIsLostAndNotBefore() {
    takeAll(1, 2);
    take(message(4, 3, ""));
    assertThat(stream().lost()).isZero();
    take(message(5, 4, ""));

    assertThat(stream().lost()).isEqualTo(1);
    assertThat(stream().lostRanges()).containsExactly("3");
    assertThat(verifier.report().complete()).isFalse();
    take(message(3, 4, ""));
    assertThat(stream().lost()).as("it was only late").isZero();
  }

  @Test
  void whatAGapNamesIsNotLost() {
    takeAll(1, 2);
    take(gap(6, 3, 3, 5));
    takeAll(7, 8, 9);

    assertThat(verifier.report().complete()).isTrue();
    assertThat(stream().gaps()).isEqualTo(1);
    assertThat(stream().gapReadings()).isEqualTo(9);
  }

  @Test
  void duplicatesAndWhatIsOutOfOrderAreCountedPerLane() {
    takeAll(100, 101, 102, 101, 102, 103);
    assertThat(stream().duplicates()).isEqualTo(2);
    assertThat(stream().outOfOrder()).isZero();
    for (long seq : new long[] {50, 51, 52}) {
      take(message(seq, 50, ",\"lane\":\"history\""));
    }
    assertThat(stream().outOfOrder()).as("another lane").isZero();
    assertThat(stream().history()).isEqualTo(6);
    take(message(105, 100, ""));
    take(message(104, 100, ""));
    assertThat(stream().outOfOrder()).isEqualTo(1);
  }

  @Test
  void aRecordIsThereWhenAllItsPartsAre() {
    takeAll(1);
    take(message(2, 1, ",\"part\":[1,3]"));
    take(message(2, 1, ",\"part\":[2,3]"));
    take(message(2, 1, ",\"part\":[2,3]"));
    take(message(3, 3, ""));

    assertThat(stream().lost()).isEqualTo(1);
    assertThat(stream().partly()).isEqualTo(1);
    assertThat(stream().duplicates()).isEqualTo(1);
    take(message(2, 3, ",\"part\":[3,3]"));
    assertThat(stream().lost()).isZero();
    assertThat(stream().records()).isEqualTo(3);
  }

  @Test
  void whoJoinsLateDoesNotJudgeWhatWasOnItsWayAndFromTheStartAllIs() {
    take(message(5000, 4990, ""));
    take(message(5001, 5001, ""));
    assertThat(verifier.report().complete()).isTrue();
    assertThat(stream().from()).isEqualTo(5000);

    var strict = new Verifier(true, time);
    strict.accept("t", message(3, 3, "").getBytes(StandardCharsets.UTF_8));
    assertThat(strict.report().streams().get(0).lostRanges()).containsExactly("1..2");
  }

  @Test
  void aLaneThatBeginsSoonAfterJoiningMayHaveHadSomethingOnItsWay() {
    take(message(100, 90, ",\"lane\":\"history\""));
    take(message(5000, 101, ""));
    take(message(5001, 5001, ""));
    assertThat(stream().lost()).isZero();
  }

  @Test
  void aLaneThatBeginsLaterHadNot() {
    take(message(100, 90, ",\"lane\":\"history\""));
    nanos[0] += 60_000_000_000L;
    take(message(102, 101, ""));
    take(message(103, 103, ""));
    assertThat(stream().lostRanges()).containsExactly("101");
  }

  @Test
  void afterAnAbsenceWhatCameMeanwhileIsNotJudgedAndWhatWasLostBeforeStays() {
    takeAll(1, 2, 4, 5, 6);
    verifier.rejoin();
    takeAll(20, 21, 22);

    assertThat(stream().lostRanges()).containsExactly("3");
    takeAll(24, 25, 26);
    assertThat(stream().lostRanges()).containsExactly("3", "23");
  }

  @Test
  void everyEncodingIsRead() throws IOException {
    byte[] json = message(1, 1, "").getBytes(StandardCharsets.UTF_8);
    byte[] cbor = cbor(json);
    for (byte[] payload :
        List.of(json, Zstd.compress(json), gzip(json), cbor, Zstd.compress(cbor), gzip(cbor))) {
      var each = new Verifier(false, time);
      each.accept("t", payload);
      assertThat(each.report().malformedWords()).isEmpty();
      assertThat(each.report().streams().get(0).readings()).isEqualTo(2);
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] cbor(byte[] json) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (JsonParser in = new JsonFactory().createParser(json);
        JsonGenerator out = new CBORFactory().createGenerator(bytes)) {
      in.nextToken();
      out.copyCurrentStructure(in);
    }
    return bytes.toByteArray();
  }

  @Test
  void statusMessagesAndStatesAreNoReadings() {
    take("{\"schema\":1,\"gateway\":\"plant-7\",\"status\":\"online\"}");
    assertThat(verifier.report().streams()).isEmpty();
    take(
        "{\"schema\":1,\"gateway\":\"g\",\"stream\":\"S\",\"seq\":1,\"low\":1,"
            + "\"state\":{\"m\":{\"t\":1,\"up\":false}},\"later\":[1,{\"a\":2}]}");
    assertThat(stream().records()).isEqualTo(1);
    assertThat(stream().readings()).isZero();
    assertThat(verifier.report().complete()).isTrue();
  }

  @Test
  void anyBytesAreCountedAsMalformedAndNeverThrown() {
    for (String bad :
        List.of(
            "",
            "[]",
            "{",
            "{\"schema\":2}",
            "{\"schema\":1}",
            message(0, 1, ""),
            message(1, -1, ""),
            message(1, 1, ",\"part\":[3,2]"),
            gap(1, 1, 5, 4),
            message(1, 1, "").replace("\"t\":1700000009000,", ""))) {
      take(bad);
    }
    assertThat(verifier.report().malformed()).isEqualTo(10);
    assertThat(verifier.report().malformedWords()).allMatch(words -> words.contains("found"));
    assertThat(verifier.report().streams()).isEmpty();
    assertThat(verifier.report().complete()).isFalse();
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    byte[] whole = message(1, 1, "").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = i % 2 == 0 ? whole.clone() : Zstd.compress(whole);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      verifier.accept("t", bytes);
    }
  }

  @Test
  void quantilesAreAtMostAThirtySecondTooLong() {
    var latency = new Latency();
    for (long i = 1; i <= 100_000; i++) {
      latency.add(i);
    }
    assertThat(latency.quantile(0.5)).isBetween(50_000L, 51_600L);
    assertThat(latency.quantile(0.99)).isBetween(99_000L, 100_000L);
    assertThat(latency.quantile(1)).isEqualTo(100_000);
    latency.add(-5);
    assertThat(latency.early()).isEqualTo(1);
  }
}
