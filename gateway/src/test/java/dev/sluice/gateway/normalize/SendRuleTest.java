package dev.sluice.gateway.normalize;

import static dev.sluice.gateway.normalize.Normalizing.scaled;
import static dev.sluice.gateway.normalize.Normalizing.sending;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.Deadband;
import dev.sluice.gateway.acquire.PointRules;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendRuleTest {

  @Test
  void anAbsoluteDeadbandIsMeasuredFromTheLastOneSentAndExactly() {
    // 230.6 is just the deadband away from 230.1: within. Steps do not add up unnoticed.
    var rules = with(scaled("0.1", "0"), new Deadband(0.5, false));
    assertThat(integers(ValueType.INT16, rules, 2301, 2306, 2307, 2302, 2301, 2301, 2313, -1))
        .containsExactly("230.1", "-", "230.7", "-", "230.1", "-", "231.3", "-0.1");
  }

  @Test
  void theSameHoldsForDecimalsOfAnyScale() {
    var point = new Normalizing(ValueType.DECIMAL, sending(new Deadband(0.2, false), 0, 0));
    assertThat(point.decimal("0.6")).isEqualTo("0.6");
    assertThat(point.decimal("0.8")).isEqualTo("-"); // as doubles they are more than 0.2 apart
    assertThat(point.decimal("0.801")).isEqualTo("0.801");
    assertThat(point.decimal("1.0")).isEqualTo("-");
    assertThat(point.decimal("1.01")).isEqualTo("1.01");
    assertThat(point.decimal("9223372036854775807")).isEqualTo("9223372036854775807");
    assertThat(point.decimal("0.000000000000000001")).isEqualTo("0.000000000000000001");
  }

  @Test
  void aDeadbandOfZeroSendsAnyChange() {
    var rules = sending(new Deadband(0, false), 0, 0);
    assertThat(integers(ValueType.UINT32, rules, 7, 7, 8, 8, 7))
        .containsExactly("7", "-", "8", "-", "7");
    assertThat(integers(ValueType.BOOL, sending(new Deadband(5, false), 0, 0), 0, 0, 1, 1, 0))
        .containsExactly("0", "-", "1", "-", "0");
  }

  @Test
  void aDeadbandSeesTheWholeWidthOfUnsignedAndSignedNumbers() {
    var rules = sending(new Deadband(10, false), 0, 0);
    assertThat(integers(ValueType.UINT64, rules, -1, -11, -12, Long.MAX_VALUE))
        .containsExactly(
            "18446744073709551615", "-", "18446744073709551604", "9223372036854775807");
    assertThat(integers(ValueType.INT64, rules, Long.MAX_VALUE, Long.MIN_VALUE))
        .containsExactly("9223372036854775807", "-9223372036854775808");
  }

  @Test
  void whatIsReadBackAfterAWriteIsSentIfItDiffersAtAll() {
    var point = new Normalizing(ValueType.INT16, sending(new Deadband(10, false), 60_000, 0));
    assertThat(point.integer(100)).isEqualTo("100");
    assertThat(point.readBack(to -> to.integer(0, 101))).isEqualTo("101");
    assertThat(point.readBack(to -> to.integer(0, 101))).as("unchanged").isEqualTo("-");
    assertThat(point.integer(102)).as("an ordinary one").isEqualTo("-");
    assertThat(point.readBack(to -> to.bad(0, Quality.TIMEOUT))).isEqualTo("timeout");

    var label = new Normalizing(ValueType.STRING, sending(new Deadband(0, false), 60_000, 0));
    assertThat(label.at(0, to -> to.text(0, "a"))).isEqualTo("a");
    assertThat(label.at(1, to -> to.text(0, "b"))).as("too soon").isEqualTo("-");
    assertThat(label.readBack(to -> to.text(0, "b"))).isEqualTo("b");
  }

  @Test
  void aPercentDeadbandIsOfTheLastOneSent() {
    var rules = sending(new Deadband(1, true), 0, 0);
    assertThat(integers(ValueType.INT32, rules, 1000, 1010, 1011, 1001, 1000, 0, 1))
        .containsExactly("1000", "-", "1011", "-", "1000", "0", "1");
    assertThat(integers(ValueType.INT32, rules, -1000, -1010, -1011))
        .containsExactly("-1000", "-", "-1011");
  }

  @Test
  void floatsHaveDeadbandsToo() {
    var point = new Normalizing(ValueType.FLOAT64, sending(new Deadband(0.5, false), 0, 0));
    assertThat(point.number(1.0)).isEqualTo("1.0");
    assertThat(point.number(1.5)).isEqualTo("-");
    assertThat(point.number(1.51)).isEqualTo("1.51");
    var percent = new Normalizing(ValueType.FLOAT32, sending(new Deadband(10, true), 0, 0));
    assertThat(percent.number(10)).isEqualTo("10.0");
    assertThat(percent.number(11)).isEqualTo("-");
    assertThat(percent.number(11.5)).isEqualTo("11.5");
  }

  @Test
  void stringsAreSentWhenTheyChange() {
    var point = new Normalizing(ValueType.STRING, sending(new Deadband(0, false), 0, 0));
    assertThat(point.at(0, to -> to.text(0, "on"))).isEqualTo("on");
    assertThat(point.at(1, to -> to.text(0, "on"))).isEqualTo("-");
    assertThat(point.at(2, to -> to.text(0, "off"))).isEqualTo("off");
  }

  @Test
  void aHeartbeatRepeatsAnUnchangedValueFromTheLastOneSent() {
    var point = new Normalizing(ValueType.INT16, sending(new Deadband(5, false), 0, 1000));
    assertThat(timed(point, 0, 7, 999, 7, 1000, 7, 1999, 8, 2000, 8, 2500, 20, 3000, 20, 3500, 20))
        .containsExactly("7", "-", "7", "-", "8", "20", "-", "20");
  }

  @Test
  void theMinimumIntervalHoldsMovesBackUntilTheNextReadAfterIt() {
    var point = new Normalizing(ValueType.INT16, sending(null, 1000, 0));
    assertThat(timed(point, 0, 1, 500, 2, 999, 3, 1000, 4, 1100, 5, 2000, 6))
        .containsExactly("1", "-", "-", "4", "-", "6");
    assertThat(point.block().tooSoon()).isZero();
    assertThat(timed(point, 2001, 9)).containsExactly("-");
    assertThat(point.block().tooSoon()).isOne();
  }

  /** A block that comes late, with an earlier time, neither slips through nor moves time back. */
  @Test
  void outOfOrderTimesDoNotBreakTheMinimumInterval() {
    var point = new Normalizing(ValueType.INT16, sending(null, 1000, 0));
    assertThat(timed(point, 5000, 1, 3000, 2, 5500, 3, 4000, 4, 5999, 5, 6000, 6))
        .containsExactly("1", "-", "-", "-", "-", "6");
  }

  @Test
  void monotonicTimesBelowZeroAreTimesLikeOthers() {
    var point = new Normalizing(ValueType.INT16, sending(new Deadband(0, false), 100, 1000));
    assertThat(point.bad(Quality.TIMEOUT)).isEqualTo("timeout");
    assertThat(timed(point, -9000, 1, -8950, 2, -8900, 2, -8000, 2, -7900, 2))
        .containsExactly("1", "-", "2", "-", "2");
  }

  @Test
  void changesOfQualityAreSentOnceAndNotHeldBack() {
    var point = new Normalizing(ValueType.INT16, sending(new Deadband(5, false), 10_000, 20_000));
    assertThat(point.integer(7)).isEqualTo("7");
    assertThat(point.bad(Quality.TIMEOUT)).isEqualTo("timeout");
    assertThat(point.bad(Quality.TIMEOUT)).isEqualTo("-");
    assertThat(point.block().repeated()).isOne();
    assertThat(point.bad(Quality.DISCONNECTED)).isEqualTo("disconnected");
    assertThat(point.at(60_000, to -> to.bad(0, Quality.DISCONNECTED))).isEqualTo("-");
    assertThat(point.integer(7)).isEqualTo("7");
    assertThat(point.integer(8)).isEqualTo("-");
  }

  @Test
  void aPointWithoutRulesReportsABadQualityOnceToo() {
    var point = new Normalizing(ValueType.INT16, PointRules.NONE);
    assertThat(point.integer(7)).isEqualTo("7");
    assertThat(point.integer(7)).isEqualTo("7");
    assertThat(point.bad(Quality.TIMEOUT)).isEqualTo("timeout");
    assertThat(point.bad(Quality.TIMEOUT)).isEqualTo("-");
    assertThat(point.integer(7)).isEqualTo("7");
    assertThat(point.bad(Quality.TIMEOUT)).isEqualTo("timeout");
  }

  @Test
  void aValueOutOfRangeIsNotRepeatedByTheHeartbeat() {
    var rules =
        new PointRules(
            BigDecimal.ONE,
            BigDecimal.ZERO,
            new Deadband(1, false),
            Duration.ZERO,
            Duration.ofSeconds(1),
            null,
            BigDecimal.TEN);
    var point = new Normalizing(ValueType.INT16, rules);
    assertThat(timed(point, 0, 10, 1, 11, 5000, 11, 5001, 13, 9000, 13, 9001, 10, 9500, 10))
        .containsExactly("10", "11 out_of_range", "-", "13 out_of_range", "-", "10", "-");
  }

  private static PointRules with(PointRules scaled, Deadband deadband) {
    return new PointRules(
        scaled.scale(), scaled.offset(), deadband, Duration.ZERO, Duration.ZERO, null, null);
  }

  private static List<String> integers(ValueType type, PointRules rules, long... values) {
    var point = new Normalizing(type, rules);
    return Arrays.stream(values).mapToObj(point::integer).toList();
  }

  /** Pairs of time and value. */
  private static List<String> timed(Normalizing point, long... pairs) {
    var sent = new String[pairs.length / 2];
    for (int i = 0; i < sent.length; i++) {
      long value = pairs[2 * i + 1];
      sent[i] = point.at(pairs[2 * i], (Values.Builder to) -> to.integer(0, value));
    }
    return List.of(sent);
  }
}
