package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A benchmark that counts wrongly is worse than none. */
class FiguresTest {

  @Test
  void aFigureThatMissesItsGateFailsTheRunAndSoDoesOneThatIsNoNumber() {
    var out = new ByteArrayOutputStream();
    var figures = new Figures(new PrintStream(out, true, StandardCharsets.UTF_8));
    figures.tell("a", 12345.67, "B");
    figures.atLeast("b", 0.9, "x", 0.9);
    figures.atMost("c", 3, "s", 3);
    assertThat(figures.failed()).isFalse();
    figures.atMost("d", Double.NaN, "s", 3);
    assertThat(figures.failed()).isTrue();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "figure a 12345.7 B",
            "figure b 0.900 x gate >=0.900 pass",
            "figure c 3 s gate <=3 pass",
            "figure d NaN s gate <=3 FAIL");
    assertThat(Figures.median(new double[] {9, 1, 3})).isEqualTo(3);
    assertThat(Figures.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
  }

  @Test
  void everyReadingOfAMessageIsCountedCompressedOrNot() throws IOException {
    String json =
        """
        {"schema":1,"gateway":"g","stream":"S","seq":1,"part":[1,2],"low":1,"devices":{
         "d1":[{"t":1000,"v":{"p0000":7,"p0001":1.5},"q":{"p0002":"timeout"}},{"t":2000,"v":{"p0000":8}}],
         "d2":[{"t":1500,"v":{"p0005":true,"p0006":"text"}}]}}
        """;
    byte[] plain = json.getBytes(StandardCharsets.UTF_8);
    List<String> rows = new ArrayList<>();
    for (String topic : List.of("t", "t/zstd")) {
      byte[] payload = "t".equals(topic) ? plain : Zstd.compress(plain, 1);
      PayloadScan.rows(
          PayloadScan.plain(topic, payload),
          "p0000",
          (device, time, cycle, readings) ->
              rows.add(device + " " + time + " " + cycle + " " + readings));
    }
    assertThat(rows)
        .containsExactly(
            "d1 1000 7 3",
            "d1 2000 8 1",
            "d2 1500 0 2",
            "d1 1000 7 3",
            "d1 2000 8 1",
            "d2 1500 0 2");
  }

  @Test
  void aTableHasItsColumnsUnderEachOther() {
    var table = new Table("bus", "use", "cpu_ms");
    table.row("sluice", "0.97", "1");
    assertThat(table.toString().lines())
        .containsExactly("table bus      use  cpu_ms", "table sluice  0.97       1");
  }

  @Test
  void aMetricIsSummedOverTheLabelsThatNobodyAskedFor() {
    var scrape =
        new Scrape(
            List.of(
                "# HELP polls_total Polls.",
                "polls_total{device=\"u1\",result=\"ok\"} 3.0",
                "polls_total{device=\"u10\",result=\"ok\"} 4.0",
                "polls_total{device=\"u1\",result=\"failed\"} 5.0",
                "polls_total_other{device=\"u1\"} 100.0"));
    assertThat(scrape.sum("polls_total")).isEqualTo(12);
    assertThat(scrape.sum("polls_total", "device=\"u1\"")).isEqualTo(8);
    assertThat(scrape.sum("polls_total", "device=\"u1\"", "result=\"ok\"")).isEqualTo(3);
    assertThat(scrape.sum("nothing")).isNaN();
  }
}
