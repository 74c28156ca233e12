package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is on the customer's box is what he needs, and nothing that plays a plant or a broker. */
class ShippedJarsTest {

  @Test
  void theShippedJarsHoldNoSimulatorBrokerOrTestKit() throws IOException {
    List<String> jars;
    try (Stream<Path> files = Files.list(Distribution.home().resolve("lib"))) {
      jars = files.map(file -> file.getFileName().toString()).toList();
    }
    assertThat(jars)
        .anyMatch(jar -> jar.startsWith("sluice-gateway"))
        .anyMatch(jar -> jar.startsWith("sluice-modbus"))
        .anyMatch(jar -> jar.startsWith("sluice-serial-text"))
        .noneMatch(
            jar ->
                jar.matches(
                    "(sluice-simulator|sluice-driver-testkit|sluice-benchmarks|sluice-e2e|moquette"
                        + "|h2|junit|assertj|archunit|log4j|reload4j|slf4j-reload4j).*"));
  }
}
