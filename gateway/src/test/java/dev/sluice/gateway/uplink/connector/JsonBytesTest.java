package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JsonBytesTest {

  private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 2_000_000 : 50_000;

  private static String written(Consumer<JsonBytes> by) {
    var out = new JsonBytes(1);
    by.accept(out);
    return new String(out.array(), 0, out.length(), StandardCharsets.UTF_8);
  }

  @Test
  void wholeNumbersAreWrittenToTheirLimits() {
    for (long value : new long[] {0, 7, -7, 10, 1234567890123L, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(written(out -> out.integer(value))).isEqualTo(Long.toString(value));
      assertThat(written(out -> out.unsigned(value))).isEqualTo(Long.toUnsignedString(value));
    }
  }

  @Test
  void decimalsKeepEveryDigit() {
    assertThat(written(out -> out.decimal(2301, 1))).isEqualTo("230.1");
    assertThat(written(out -> out.decimal(-5, 3))).isEqualTo("-0.005");
    assertThat(written(out -> out.decimal(0, 2))).isEqualTo("0.00");
    assertThat(written(out -> out.decimal(1, 18))).isEqualTo("0.000000000000000001");
    assertThat(written(out -> out.decimal(Long.MIN_VALUE, 18))).isEqualTo("-9.223372036854775808");
    assertThat(written(out -> out.decimal(Long.MAX_VALUE, 0))).isEqualTo("9223372036854775807");
  }

  @Test
  void numbersReadBackAsTheyWere() {
    var random = Seed.random();
    for (int i = 0; i < ROUNDS; i++) {
      long bits = random.nextLong() >> random.nextInt(64);
      int scale = random.nextInt(19);
      assertThat(new BigDecimal(written(out -> out.decimal(bits, scale))))
          .isEqualTo(BigDecimal.valueOf(bits, scale));
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        assertThat(Double.parseDouble(written(out -> out.float64(number)))).isEqualTo(number);
      }
      float small = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(small)) {
        assertThat(Float.parseFloat(written(out -> out.float32(small)))).isEqualTo(small);
      }
    }
  }

  /** Whichever way they are written, it is the text of the shortest decimal, byte for byte. */
  @Test
  void floatsAreWrittenAsTheirShortestDecimal() {
    var random = Seed.random();
    isShortest(0f);
    isShortest(-0f);
    isShortest(Float.MIN_VALUE);
    isShortest(Float.MAX_VALUE);
    for (int exponent = Float.MIN_EXPONENT; exponent <= Float.MAX_EXPONENT; exponent++) {
      float power = Math.scalb(1f, exponent); // its neighbours are not equally far
      isShortest(power);
      isShortest(Math.nextUp(power));
      isShortest(Math.nextDown(power));
    }
    for (int i = 0; i < 10 * ROUNDS; i++) {
      float any = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(any)) {
        isShortest(any);
      }
      double scale = Math.pow(10, random.nextInt(9) - 1);
      isShortest((float) ((random.nextDouble() - 0.5) * scale));
      isShortest((float) (random.nextInt(20_000_000) / scale));
      isShortest((float) -random.nextInt(20_000_000));
      isShortest(random.nextInt(1 << 24) / (float) (1 << random.nextInt(24)));
    }
  }

  private static void isShortest(float value) {
    String text = written(out -> out.float32(value));
    if (!text.equals(NumberOutput.toString(value, true))) {
      throw new AssertionError(text + " for " + NumberOutput.toString(value, true));
    }
  }

  @Test
  void doublesAreWrittenAsTheirShortestDecimal() {
    var random = Seed.random();
    isShortest(0d);
    isShortest(-0d);
    isShortest(Double.MIN_VALUE);
    isShortest(Double.MAX_VALUE);
    for (int exponent = Double.MIN_EXPONENT; exponent <= Double.MAX_EXPONENT; exponent++) {
      double power = Math.scalb(1d, exponent);
      isShortest(power);
      isShortest(Math.nextUp(power));
      isShortest(Math.nextDown(power));
    }
    for (int i = 0; i < 10 * ROUNDS; i++) {
      double any = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(any)) {
        isShortest(any);
      }
      double scale = Math.pow(10, random.nextInt(14) - 3);
      double decimal = random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L) / scale;
      isShortest(decimal);
      isShortest(Math.nextUp(decimal));
      isShortest((random.nextDouble() - 0.5) * scale);
      isShortest((double) (float) (random.nextInt(20_000_000) / scale));
      isShortest((double) random.nextInt());
    }
  }

  private static void isShortest(double value) {
    String text = written(out -> out.float64(value));
    if (!text.equals(NumberOutput.toString(value, true))) {
      throw new AssertionError(text + " for " + NumberOutput.toString(value, true));
    }
  }

  @Test
  void floatsOfTheFieldAreWrittenAsAPersonWould() {
    assertThat(written(out -> out.float32(230.1f))).isEqualTo("230.1");
    assertThat(written(out -> out.float64(0.1))).isEqualTo("0.1");
    // The runtime of Java 17 itself writes 2.0E-3 and 2.2250738585072014E-308 here, or more digits.
    assertThat(written(out -> out.float64(2.0e-3))).isEqualTo("0.002");
    assertThat(written(out -> out.float64(2e23))).isEqualTo("2.0E23");
  }

  @Test
  void anyTextIsAStringThatReadsBack() throws IOException {
    var random = Seed.random();
    for (int i = 0; i < ROUNDS / 10; i++) {
      var text = new StringBuilder();
      int length = random.nextInt(20);
      for (int k = 0; k < length; k++) {
        int limit = random.nextBoolean() ? 0x80 : 0x11_0000;
        int point = random.nextInt(limit);
        text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '?' : point);
      }
      String json = written(out -> out.text(text.toString()));
      try (JsonParser parser = new JsonFactory().createParser(json)) {
        parser.nextToken();
        assertThat(parser.getText()).isEqualTo(text.toString());
      }
    }
    assertThat(written(out -> out.text("a\ud800b"))).isEqualTo("\"a?b\"");
  }
}
