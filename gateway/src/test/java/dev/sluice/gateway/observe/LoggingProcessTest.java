package dev.sluice.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Logging as a process really does it, seen from outside: what counts is standard error. */
@Tag("alone")
class LoggingProcessTest {

  /** What the other process runs. */
  static final class Program {

    private Program() {}

    public static void main(String[] args) throws Exception {
      LoggerFactory.getLogger("dev.sluice.Test").atInfo().addKeyValue("a", "b c").log("started");
      LoggerFactory.getLogger("dev.sluice.Test").atDebug().log("a detail");
      LoggerFactory.getLogger("other.Library").atDebug().log("a detail of others");
      Logger.getLogger("java.util.Test").warning("said through the JDK");
      Vertx vertx = Vertx.vertx();
      vertx.runOnContext(
          nothing -> {
            vertx.runOnContext(done -> System.exit(0));
            throw new IllegalStateException("thrown in a handler");
          });
    }
  }

  @Test
  @Timeout(60)
  void anExceptionInAHandlerOfVertxIsPrinted() throws Exception {
    String log = logOf("info");

    assertThat(log)
        .containsPattern("(?m)^\\d{4}-\\d\\d-\\d\\dT\\S+Z INFO Test started a=\"b c\"$")
        .contains("Unhandled exception")
        .contains("java.lang.IllegalStateException: thrown in a handler")
        .contains("\tat dev.sluice.gateway.observe.LoggingProcessTest")
        .containsPattern("(?m)Z WARN Test said through the JDK$")
        .doesNotContain("a detail");
  }

  @Test
  @Timeout(60)
  void theEnvironmentAsksForMore() throws Exception {
    assertThat(logOf("debug")).contains("a detail\n").doesNotContain("a detail of others");
    assertThat(logOf("loud"))
        .contains("unknown level in SLUICE_LOG found=loud")
        .contains("started")
        .doesNotContain("a detail");
  }

  private static String logOf(String level) throws Exception {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName());
    builder.environment().put("SLUICE_LOG", level);
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try (InputStream err = process.getErrorStream()) {
      String log = new String(err.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(log).isZero();
      return log;
    } finally {
      process.destroyForcibly();
    }
  }
}
