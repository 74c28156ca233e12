package dev.sluice.gateway.normalize;

import static dev.sluice.gateway.normalize.Normalizing.scaled;
import static dev.sluice.gateway.normalize.Normalizing.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.acquire.PointRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConversionTest {

  @Test
  void aWholeNumberWithADecimalScaleBecomesAnExactDecimal() {
    var point = new Normalizing(ValueType.INT16, scaled("0.1", "0"));
    assertThat(point.output()).isEqualTo(new OutputPoint("p", "V", ValueType.DECIMAL, 1));
    assertThat(point.integer(2301)).isEqualTo("230.1");
    assertThat(point.integer(-5)).isEqualTo("-0.5");
  }

  @Test
  void offsetsAndScalesOfDifferentLengthMeetAtTheLongerOne() {
    assertThat(new Normalizing(ValueType.UINT16, scaled("0.5", "-273.15")).integer(600))
        .isEqualTo("26.85");
    assertThat(new Normalizing(ValueType.UINT16, scaled("10", "0")).integer(7)).isEqualTo("70");
    assertThat(new Normalizing(ValueType.INT32, scaled("-0.001", "100")).integer(1))
        .isEqualTo("99.999");
  }

  @Test
  void aScaleOfOneHoweverWrittenLeavesTheTypeAlone() {
    var point = new Normalizing(ValueType.UINT64, scaled("1.000", "0.0"));
    assertThat(point.output().type()).isEqualTo(ValueType.UINT64);
    assertThat(point.integer(-1)).isEqualTo("18446744073709551615");
  }

  @Test
  void whatDoesNotFitIsABadValueAndNeverAWrongOne() {
    assertThat(new Normalizing(ValueType.INT64, scaled("10", "0")).integer(Long.MAX_VALUE))
        .isEqualTo("bad_value");
    assertThat(new Normalizing(ValueType.INT64, scaled("1", "1")).integer(Long.MAX_VALUE))
        .isEqualTo("bad_value");
    assertThat(new Normalizing(ValueType.UINT64, scaled("0.1", "0")).integer(-1))
        .isEqualTo("bad_value");
    assertThat(new Normalizing(ValueType.INT64, scaled("-1", "0")).integer(Long.MIN_VALUE))
        .isEqualTo("bad_value");
  }

  @Test
  void scalesBeyondExactnessFallBackToFloatingPoint() {
    var point = new Normalizing(ValueType.INT16, scaled("0.00000000000000000001", "0"));
    assertThat(point.output().type()).isEqualTo(ValueType.FLOAT64);
    assertThat(point.integer(1)).isEqualTo("1.0E-20");
    assertThat(new Normalizing(ValueType.UINT64, scaled("1E+30", "0")).integer(-1))
        .isEqualTo(Double.toString(18446744073709551615.0 * 1e30));
  }

  @Test
  void floatsStayAsTheyAreUnlessTheyAreScaled() {
    var plain = new Normalizing(ValueType.FLOAT32, PointRules.NONE);
    assertThat(plain.output().type()).isEqualTo(ValueType.FLOAT32);
    assertThat(plain.number(230.1f)).isEqualTo("230.1");
    var scaled = new Normalizing(ValueType.FLOAT32, scaled("2", "1"));
    assertThat(scaled.output().type()).isEqualTo(ValueType.FLOAT64);
    assertThat(scaled.number(1.25f)).isEqualTo("3.5");
  }

  @Test
  void notANumberIsABadValue() {
    assertThat(new Normalizing(ValueType.FLOAT32, PointRules.NONE).number(Double.NaN))
        .isEqualTo("bad_value");
    assertThat(new Normalizing(ValueType.FLOAT64, PointRules.NONE).number(1 / 0.0))
        .isEqualTo("bad_value");
    assertThat(new Normalizing(ValueType.FLOAT64, scaled("1E+10", "0")).number(1e300))
        .isEqualTo("bad_value");
  }

  @Test
  void decimalsKeepTheirOwnScale() {
    var plain = new Normalizing(ValueType.DECIMAL, PointRules.NONE);
    assertThat(plain.decimal("230.10")).isEqualTo("230.10");
    assertThat(plain.decimal("7")).isEqualTo("7");
    var scaled = new Normalizing(ValueType.DECIMAL, scaled("0.1", "0.25"));
    assertThat(scaled.decimal("12.5")).isEqualTo("1.500");
  }

  @Test
  void valuesOutOfRangeAreKeptAndMarked() {
    var decimal = new Normalizing(ValueType.INT16, within("-10.05", "230.1", "0.1"));
    assertThat(decimal.integer(2301)).isEqualTo("230.1");
    assertThat(decimal.integer(2302)).isEqualTo("230.2 out_of_range");
    assertThat(decimal.integer(-101)).isEqualTo("-10.1 out_of_range");
    assertThat(decimal.integer(-100)).isEqualTo("-10.0");
    var unsigned = new Normalizing(ValueType.UINT64, within(null, "18446744073709551614", "1"));
    assertThat(unsigned.integer(-2)).isEqualTo("18446744073709551614");
    assertThat(unsigned.integer(-1)).isEqualTo("18446744073709551615 out_of_range");
    var narrow = new Normalizing(ValueType.FLOAT32, within(null, "230.1", "1"));
    assertThat(narrow.number(230.1f)).isEqualTo("230.1");
    assertThat(narrow.number(Math.nextUp(230.1f))).endsWith("out_of_range");
    var own = new Normalizing(ValueType.DECIMAL, within("0", "230.1", "1"));
    assertThat(own.decimal("230.10")).isEqualTo("230.10");
    assertThat(own.decimal("230.11")).isEqualTo("230.11 out_of_range");
  }

  @Test
  void badRawValuesStayBad() {
    assertThat(new Normalizing(ValueType.INT16, scaled("0.1", "0")).bad(Quality.BUSY))
        .isEqualTo("busy");
  }

  @Test
  void aScaledStringIsAnErrorOfOurs() {
    assertThatThrownBy(() -> new Normalizing(ValueType.STRING, scaled("2", "0")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("BUG");
  }

  /** Against BigDecimal: the same number if it fits 64 bits, else a bad value. */
  @Test
  void randomScalesGiveWhatExactArithmeticGives() {
    long seed = seed();
    var random = new Random(seed);
    int rounds = Boolean.getBoolean("sluice.long") ? 1_000_000 : 50_000;
    for (int round = 0; round < rounds; round++) {
      long raw = random.nextLong() >> random.nextInt(64);
      var scale = new BigDecimal(BigInteger.valueOf(random.nextInt(20_000) + 2), random.nextInt(9));
      long shift = random.nextLong() >> random.nextInt(64);
      var offset = new BigDecimal(BigInteger.valueOf(shift), random.nextInt(9));
      var rules = scaled(scale.toString(), offset.toString());
      BigDecimal exact = BigDecimal.valueOf(raw).multiply(scale).add(offset);
      var point = new Normalizing(ValueType.INT64, rules);
      String sent = point.integer(raw);
      if (point.output().type() != ValueType.DECIMAL) {
        continue; // the scale is one
      }
      if (!sent.equals("bad_value")) {
        assertThat(new BigDecimal(sent)).as("seed %d", seed).isEqualByComparingTo(exact);
      } else {
        BigInteger product =
            BigInteger.valueOf(raw)
                .multiply(scale.setScale(point.output().scale()).unscaledValue());
        BigInteger sum = product.add(offset.setScale(point.output().scale()).unscaledValue());
        assertThat(Math.max(product.bitLength(), sum.bitLength()))
            .as("seed %d: %d * %s + %s", seed, raw, scale, offset)
            .isGreaterThan(63);
      }
    }
  }

  private static long seed() {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
    System.out.println("ConversionTest seed " + seed);
    return seed;
  }
}
