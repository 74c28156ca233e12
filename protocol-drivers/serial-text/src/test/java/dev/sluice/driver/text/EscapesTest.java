package dev.sluice.driver.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EscapesTest {

  @Test
  void escapesAndPlainControlCharactersMeanTheSameBytes() {
    assertThat(Escapes.parse("A\\r\\n\\t\\0\\\\\\x1bZ"))
        .isEqualTo(Escapes.parse("A\r\n\t\0\\\\\u001bZ"))
        .containsExactly('A', '\r', '\n', '\t', 0, '\\', 0x1b, 'Z');
    assertThat(Escapes.parse("\\xff")).containsExactly(0xff);
    assertThat(Escapes.parse("°")).isEqualTo("°".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\", "a\\", "\\q", "\\x", "\\x1", "\\xg0", "\\x0g"})
  void unknownEscapesAreRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Escapes.parse(text));
  }

  @Test
  void quotedTextShowsWhatCannotBeSeenAndIsBounded() {
    assertThat(Escapes.quote("a\r\n\u0001\\")).isEqualTo("\"a\\r\\n\\x01\\\\\"");
    assertThat(Escapes.quote("x".repeat(4096))).hasSizeLessThan(120).endsWith("and 4016 more");
  }
}
