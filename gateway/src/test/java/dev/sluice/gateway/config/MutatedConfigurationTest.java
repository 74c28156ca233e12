package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file is turned into: a configuration or the typed error, and soon. */
class MutatedConfigurationTest {

  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "\n",
    "\n  ",
    "- ",
    "&a ",
    "*a",
    "<<: *a",
    "!!int ",
    "!!java.net.URL ",
    "\t",
    "\0",
    "\"",
    "'",
    "|",
    ">",
    "#",
    "%",
    "@",
    "`",
    "?",
    "---\n",
    "...\n",
    "~",
    "true",
    "no",
    "0x7f",
    "1e400",
    "-1",
    "99999999999999999999",
    ".inf",
    "1s",
    "10GiB",
    "${env:X}",
    "${file:/}",
    "${",
    "é",
    "\uFEFF",
    "\u2028",
    "\uD83D\uDE00",
    "/",
    "~1",
    "line",
    "points",
    "driver",
    "null"
  };

  @TempDir Path directory;

  @Test
  void neverAnythingButTheTypedErrorWithinASecond() throws Exception {
    String given = System.getProperty("sluice.seed", "");
    long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    byte[] good = Files.readAllBytes(Path.of("src/test/resources/site.yaml"));
    Path file = directory.resolve("sluice.yaml");
    Files.write(file, good);
    ConfigLoader loader = Loading.loader();
    loader.load(file);
    int refused = 0;
    int count = Boolean.getBoolean("sluice.long") ? 20_000 : 500;
    for (int i = 0; i < count; i++) {
      byte[] mutated = good;
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        mutated = mutate(mutated, random);
      }
      Files.write(file, mutated);
      long start = System.nanoTime();
      try {
        loader.load(file);
      } catch (ConfigException e) {
        refused++;
        assertThat(e.problems()).isNotEmpty();
        assertThat(e.getMessage()).doesNotContain(Loading.PASSWORD);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "mutation "
                + i
                + " of seed "
                + seed
                + ":\n"
                + new String(mutated, StandardCharsets.UTF_8),
            e);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
    // Otherwise the mutations would be no mutations.
    assertThat(refused).isBetween(count / 2, count);
  }

  private static byte[] mutate(byte[] from, Random random) {
    String text = new String(from, StandardCharsets.ISO_8859_1);
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(12));
    String result =
        switch (random.nextInt(6)) {
          case 0 -> text.substring(0, at) + text.substring(end);
          case 1 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
          case 2 -> text.substring(0, at) + piece(random) + text.substring(at);
          case 3 -> text.substring(0, at) + piece(random) + text.substring(end);
          case 4 -> lineTwice(text, random);
          default -> text.substring(0, Math.max(1, at));
        };
    return (result.isEmpty() ? "x" : result).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String piece(Random random) {
    byte[] utf8 = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
    return new String(utf8, StandardCharsets.ISO_8859_1);
  }

  private static String lineTwice(String text, Random random) {
    String[] lines = text.split("\n", -1);
    int from = random.nextInt(lines.length);
    int to = random.nextInt(lines.length);
    lines[to] = lines[to] + "\n" + lines[from];
    return String.join("\n", lines);
  }
}
