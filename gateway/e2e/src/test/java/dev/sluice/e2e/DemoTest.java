package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The first thing that a newcomer runs. */
class DemoTest {

  @Test
  void endsByItselfAndMissesNothingThoughTheUplinkWasCut() {
    try (var demo =
        ChildProcess.start(
            "demo",
            Map.of("JAVA_HOME", System.getProperty("java.home")),
            List.of(
                "bash",
                Repository.file("scripts/demo").toString(),
                "--no-build",
                "--seconds",
                "15",
                "--cut",
                "4s"))) {
      int code = demo.awaitExit(Duration.ofSeconds(120));
      assertThat(demo.output()).contains(" missing=0 readings_missing=0");
      assertThat(code).as(demo.output()).isZero();
    }
  }
}
