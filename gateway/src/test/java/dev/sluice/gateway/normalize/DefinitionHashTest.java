package dev.sluice.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.ValueType;
import org.junit.jupiter.api.Test;

class DefinitionHashTest {

  /** Consumers may have kept these: computed once with another implementation of FNV-1a. */
  @Test
  void hashesStayWhatTheyAre() {
    assertThat(DefinitionHash.of("a", "", ValueType.BOOL, 0)).isEqualTo(GOLDEN_A);
    assertThat(DefinitionHash.of("température", "°C", ValueType.DECIMAL, 1)).isEqualTo(GOLDEN_T);
  }

  @Test
  void eachPartCounts() {
    long hash = DefinitionHash.of("ab", "c", ValueType.DECIMAL, 1);
    assertThat(DefinitionHash.of("a", "bc", ValueType.DECIMAL, 1)).isNotEqualTo(hash);
    assertThat(DefinitionHash.of("ab", "c", ValueType.INT64, 1)).isNotEqualTo(hash);
    assertThat(DefinitionHash.of("ab", "c", ValueType.DECIMAL, 2)).isNotEqualTo(hash);
  }

  private static final long GOLDEN_A = 0x6de9d1fe51c9cb4cL;
  private static final long GOLDEN_T = 0x1b296784f450f993L;
}
