package dev.sluice.gateway.uplink.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in topics is encoded as in URLs, and only as in URLs. */
class PropertyBagTest {

  @ParameterizedTest
  @CsvSource({
    "a b, a%20b",
    "a+b, a%2Bb",
    "/devices/d, %2Fdevices%2Fd",
    "50%=&, 50%25%3D%26",
    "ü€, %C3%BC%E2%82%AC",
    "$.ct, %24.ct",
    "A-z_0.9~, A-z_0.9~",
  })
  void whatIsNotUnreservedIsEncoded(String text, String encoded) {
    assertThat(Percent.encode(text)).isEqualTo(encoded);
    assertThat(Percent.decode(encoded)).isEqualTo(text);
  }

  @Test
  void aKeyAloneHasNoValueAndAnEmptyOneIsEmpty() {
    assertThat(PropertyBag.decode("%24.mid=a%2Fb&$.exp=&flag&x=1=2"))
        .containsExactly(
            entry("$.mid", "a/b"), entry("$.exp", ""), entry("flag", null), entry("x", "1=2"));
    assertThat(PropertyBag.decode("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%2", "a=%zz", "a=%FF", "%=1"})
  void whatIsNoEncodingIsRefused(String bag) {
    assertThatThrownBy(() -> PropertyBag.decode(bag)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBagHasABound() {
    assertThatThrownBy(() -> PropertyBag.decode("a=1&b=2&".repeat(40) + many(200)))
        .hasMessageContaining("properties");
  }

  private static String many(int count) {
    var bag = new StringBuilder();
    for (int i = 0; i < count; i++) {
      bag.append(i).append("=1&");
    }
    return bag.toString();
  }
}
