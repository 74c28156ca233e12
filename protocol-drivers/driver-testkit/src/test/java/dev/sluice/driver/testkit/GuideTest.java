package dev.sluice.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page "Write a driver" shows files that are compiled and tested, to the letter. */
class GuideTest {

  private static final Path MODULE = Path.of("").toAbsolutePath();
  private static final Path PAGE = MODULE.resolve("../README.md");
  private static final Path TESTS = MODULE.resolve("src/test");
  private static final String HERE = "dev/sluice/driver/testkit/";

  @Test
  void driverOnThePageIsTheOneThatKeepsThePromises() throws IOException {
    assertThat(block("java", "public final class ExampleDriver"))
        .isEqualTo(read(TESTS.resolve("java/" + HERE + "ExampleDriver.java")));
  }

  @Test
  void schemaOnThePageIsTheOneThatIsTested() throws IOException {
    assertThat(block("json", "\"line\""))
        .isEqualTo(read(TESTS.resolve("resources/" + HERE + "example-schema.json")));
  }

  @Test
  void driverOnThePageHasAHundredLinesOfCode() throws IOException {
    long code =
        read(TESTS.resolve("java/" + HERE + "ExampleDriver.java"))
            .lines()
            .filter(
                line -> !line.isBlank() && !line.matches("(import|package) .*|\\s*//.*|/\\*\\*.*"))
            .count();
    assertThat(code).isLessThanOrEqualTo(100);
  }

  @Test
  void everyModuleIsInTheTable() throws IOException {
    String page = read(PAGE);
    try (var folders = Files.list(MODULE.resolve(".."))) {
      assertThat(folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))))
          .isNotEmpty()
          .allSatisfy(folder -> assertThat(page).contains("[" + folder.getFileName() + "]("));
    }
  }

  /** The block of a language that contains a text. */
  private static String block(String language, String containing) throws IOException {
    Matcher blocks = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(read(PAGE));
    while (blocks.find()) {
      if (blocks.group(1).contains(containing)) {
        return blocks.group(1);
      }
    }
    throw new AssertionError("no " + language + " block with " + containing + " in " + PAGE);
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
