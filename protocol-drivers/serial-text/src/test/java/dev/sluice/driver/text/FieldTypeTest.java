package dev.sluice.driver.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTypeTest {

  @ParameterizedTest
  @CsvSource({
    "230.10, 23010, 2",
    "-0.05, -5, 2",
    "+12, 12, 0",
    "'  - 7.5 ', -75, 1",
    "+   12.340, 12340, 3",
    ".5, 5, 1",
    "5., 5, 0",
    "000, 0, 0",
    "-0.00, 0, 2",
    "0007, 7, 0",
    "1.5e3, 1500, 0",
    "15E-1, 15, 1",
    "9223372036854775807, 9223372036854775807, 0",
    "-9223372036854775808, -9223372036854775808, 0",
    "0.000000000000000001, 1, 18",
    "1.0000000000000000000000, 1, 0",
    "0e-400, 0, 18",
  })
  void decimalsStayExactlyWhatTheDeviceWrote(String text, long unscaled, int scale) {
    Values values = read(FieldType.DECIMAL, text);
    assertThat(values.quality(0)).isEqualTo(Quality.GOOD);
    assertThat(values.bits(0)).isEqualTo(unscaled);
    assertThat(values.scale(0)).isEqualTo(scale);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+-1",
        "1,5",
        "abc",
        "1 2",
        "NaN",
        "0x10",
        "1e",
        "9223372036854775808",
        "0.0000000000000000001",
        "1e19",
        "1e999999999",
        "1e-999999999",
        "1e99999999999",
        "٣",
        "1111111111111111111111111111111111111111111111111111111111111111111",
      })
  void textThatIsNoDecimalOf64BitsIsBad(String text) {
    assertThat(read(FieldType.DECIMAL, text).quality(0)).isEqualTo(Quality.BAD_VALUE);
  }

  @Test
  void doublesAreReadAndInfiniteOnesAreBad() {
    assertThat(read(FieldType.FLOAT64, "- 1.5e3").number(0)).isEqualTo(-1500.0);
    assertThat(read(FieldType.FLOAT64, "1e400").quality(0)).isEqualTo(Quality.BAD_VALUE);
    assertThat(read(FieldType.FLOAT64, "Infinity").quality(0)).isEqualTo(Quality.BAD_VALUE);
    assertThat(read(FieldType.FLOAT64, "1d").quality(0)).isEqualTo(Quality.BAD_VALUE);
  }

  @Test
  void wholeNumbersAreReadAndOthersAreBad() {
    assertThat(read(FieldType.INT64, " -0042").bits(0)).isEqualTo(-42);
    assertThat(read(FieldType.INT64, "42.0").quality(0)).isEqualTo(Quality.BAD_VALUE);
    assertThat(read(FieldType.INT64, "9223372036854775808").quality(0))
        .isEqualTo(Quality.BAD_VALUE);
  }

  @Test
  void textStaysAsItIsUnlessItsBytesWereNoText() {
    assertThat(read(FieldType.STRING, " a b ").text(0)).isEqualTo(" a b ");
    assertThat(read(FieldType.STRING, "a\ufffd").quality(0)).isEqualTo(Quality.BAD_VALUE);
  }

  @Test
  void groupThatTookNoPartInTheMatchIsBad() {
    assertThat(read(FieldType.STRING, null).quality(0)).isEqualTo(Quality.BAD_VALUE);
  }

  private static Values read(FieldType type, String text) {
    var values = new Values.Builder(1);
    type.read(values, 0, text);
    return values.build();
  }
}
