package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {

  private static Map<String, Object> read(String text, int depth) throws DocumentException {
    return Documents.read(Buffer.buffer(text), depth);
  }

  @Test
  void numbersKeepTheirDigitsAndAllKindsOfValuesComeThrough() throws Exception {
    Map<String, Object> found =
        read("{\"a\":21.50,\"b\":[1,null,\"x\"],\"c\":{\"d\":true},\"e\":18446744073709551615}", 3);
    assertThat(found)
        .containsEntry("a", new BigDecimal("21.50"))
        .containsEntry("b", Arrays.asList(new BigDecimal(1), null, "x"))
        .containsEntry("c", Map.of("d", true))
        .containsEntry("e", new BigDecimal("18446744073709551615"));
    assertThat(Documents.read(Documents.write(found), 3)).isEqualTo(found);
  }

  @Test
  void whatIsWrittenIsPlainJson() {
    var document = new LinkedHashMap<String, Object>();
    document.put("n", 5L);
    document.put("t", "\"\n\u00e4");
    document.put("l", List.of(new BigDecimal("1E-7"), false));
    assertThat(Documents.write(document).toString())
        .isEqualTo("{\"n\":5,\"t\":\"\\\"\\n\u00e4\",\"l\":[1E-7,false]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1]",
        "1",
        "{\"a\":1}x",
        "{\"a\":1} {}",
        "{\"a\":NaN}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":topsecret}",
        "{\"topsecret\":1,\"topsecret\":2}",
        "{\"a\":{\"b\":{}}}",
        "{\"a\":[[]]}",
        "\u0000"
      })
  void whatIsNoDocumentIsToldWithoutShowingIt(String text) {
    assertThatThrownBy(() -> read(text, 2))
        .isInstanceOf(DocumentException.class)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("topsecret");
  }

  @Test
  void aNumberOfAThousandDigitsIsNotTaken() {
    assertThatThrownBy(() -> read("{\"a\":" + "9".repeat(1_000) + "}", 2))
        .isInstanceOf(DocumentException.class);
  }
}
