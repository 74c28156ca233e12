package dev.sluice.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Codes and words are in outboxes and in messages out there: a change of one breaks both. */
class StoredCodesTest {

  @Test
  void codesAndWordsOfValueTypesNeverChange() {
    assertThat(
            Arrays.stream(ValueType.values())
                .map(type -> type.code() + " " + type.word())
                .collect(Collectors.joining(", ")))
        .isEqualTo(
            "0 bool, 1 int16, 2 uint16, 3 int32, 4 uint32, 5 int64, 6 uint64, 7 float32,"
                + " 8 float64, 9 decimal, 10 string");
  }

  @Test
  void codesAndWordsOfQualitiesNeverChange() {
    assertThat(
            Arrays.stream(Quality.values())
                .map(quality -> quality.code() + " " + quality.word())
                .collect(Collectors.joining(", ")))
        .isEqualTo(
            "0 good, 1 timeout, 2 disconnected, 3 bad_reply, 4 bad_value, 5 out_of_range,"
                + " 6 illegal_function, 7 illegal_address, 8 illegal_value, 9 device_failure,"
                + " 10 acknowledged, 11 busy, 12 memory_parity, 13 gateway_path,"
                + " 14 gateway_target, 15 unknown_error");
  }

  @Test
  void everyCodeLeadsBack() {
    for (ValueType type : ValueType.values()) {
      assertThat(ValueType.ofCode(type.code())).isEqualTo(type);
    }
    for (Quality quality : Quality.values()) {
      assertThat(Quality.ofCode(quality.code())).isEqualTo(quality);
    }
  }

  @Test
  void valueOfAnUnknownTypeCannotBeReadButOneOfAnUnknownQualityIsJustBad() {
    assertThatIllegalArgumentException().isThrownBy(() -> ValueType.ofCode(11));
    assertThatIllegalArgumentException().isThrownBy(() -> ValueType.ofCode(-1));
    assertThat(Quality.ofCode(16)).isEqualTo(Quality.UNKNOWN_ERROR);
    assertThat(Quality.ofCode(-1)).isEqualTo(Quality.UNKNOWN_ERROR);
  }

  @Test
  void eachTypeIsWholeOrFloatOrNeither() {
    assertThat(ValueType.values())
        .filteredOn(ValueType::isInteger)
        .containsExactly(
            ValueType.INT16,
            ValueType.UINT16,
            ValueType.INT32,
            ValueType.UINT32,
            ValueType.INT64,
            ValueType.UINT64);
    assertThat(ValueType.values())
        .filteredOn(ValueType::isFloat)
        .containsExactly(ValueType.FLOAT32, ValueType.FLOAT64);
  }
}
