package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ValuesTest {

  @Test
  void valueThatWasNotSetIsGoodAndZero() {
    Values values = new Values.Builder(1).build();
    assertThat(values.allGood()).isTrue();
    assertThat(values.isGood(0)).isTrue();
    assertThat(values.bits(0)).isZero();
    assertThat(values.scale(0)).isZero();
    assertThat(values.text(0)).isEmpty();
  }

  @Test
  void scaleOfOneDecimalLeavesItsNeighboursAlone() {
    Values values =
        new Values.Builder(3).decimal(0, 7, 0).decimal(1, 2301, 1).decimal(2, -5, 18).build();
    assertThat(values.scale(0)).isZero();
    assertThat(values.scale(1)).isEqualTo(1);
    assertThat(values.scale(2)).isEqualTo(18);
    assertThat(values.bits(1)).isEqualTo(2301);
  }

  @Test
  void decimalSetAgainWithoutDecimalsForgetsTheOldScale() {
    Values values = new Values.Builder(1).decimal(0, 2301, 1).decimal(0, 230, 0).build();
    assertThat(values.scale(0)).isZero();
  }

  @Test
  void scaleThat64BitsCannotMeanIsABug() {
    var builder = new Values.Builder(1);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.decimal(0, 1, 19));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.decimal(0, 1, -1));
  }

  @Test
  void unsignedAndFloatBitsPassUnchanged() {
    Values values = new Values.Builder(2).integer(0, -1L).number(1, -0.0).build();
    assertThat(Long.toUnsignedString(values.bits(0))).isEqualTo("18446744073709551615");
    assertThat(Double.doubleToRawLongBits(values.number(1)))
        .isEqualTo(Double.doubleToRawLongBits(-0.0));
  }

  @Test
  void oneBadValueMakesNoOtherBad() {
    Values values =
        new Values.Builder(3).integer(0, 1).bad(1, Quality.BAD_VALUE).text(2, "x").build();
    assertThat(values.allGood()).isFalse();
    assertThat(values.isGood(0)).isTrue();
    assertThat(values.quality(1)).isEqualTo(Quality.BAD_VALUE);
    assertThat(values.quality(2)).isEqualTo(Quality.GOOD);
    assertThat(values.text(2)).isEqualTo("x");
    assertThat(values.text(0)).isEmpty();
  }

  @Test
  void markingAsGoodKeepsTheCheapAnswer() {
    assertThat(new Values.Builder(2).bad(0, Quality.GOOD).build().allGood()).isTrue();
  }

  @Test
  void failedPollMarksAllOfItsValues() {
    Values values = Values.bad(3, Quality.TIMEOUT);
    assertThat(values.size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(values.quality(i)).isEqualTo(Quality.TIMEOUT);
    }
  }
}
