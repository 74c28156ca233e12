package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each folder in {@code cases} holds a bad configuration and what is said about it. */
class BadConfigurationTest {

  static List<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/test/resources/cases"))) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isRefusedWithEverythingThatIsWrongWithIt(Path folder) throws IOException {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> Loading.loader().load(folder.resolve("sluice.yaml")));

    assertThat(refused).isNotNull();
    String here = Path.of("").toAbsolutePath() + "/";
    assertThat(refused.getMessage().replace(here, "").replace(folder + "/", ""))
        .isEqualToIgnoringNewLines(Files.readString(folder.resolve("expected.txt")));
    assertThat(refused.getMessage()).doesNotContain(Loading.PASSWORD);
  }
}
