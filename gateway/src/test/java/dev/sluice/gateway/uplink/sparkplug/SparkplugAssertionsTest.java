package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every assertion of the Edge profile is either held by a test that exists, or is not claimed, with
 * the reason. The tables say which; {@link StrictHost} tells violations under the same ids.
 */
class SparkplugAssertionsTest {

  private static final Path TABLES =
      Path.of("src/test/resources/dev/sluice/gateway/uplink/sparkplug");

  @Test
  void everyAssertionIsNamedByATestOrNotClaimedForAReason() throws Exception {
    var listed = new TreeSet<>(Files.readAllLines(TABLES.resolve("edge-profile.txt")));
    var named = new TreeSet<String>();
    for (String line : Files.readAllLines(TABLES.resolve("assertions.txt"))) {
      String[] words = line.split(" +", 2);
      assertThat(named.add(words[0])).as("once: %s", words[0]).isTrue();
      if (words[1].startsWith("not claimed: ")) {
        assertThat(words[1].length()).as("a reason for %s", words[0]).isGreaterThan(20);
      } else {
        String[] test = words[1].split("#");
        Class<?> where = Class.forName("dev.sluice.gateway." + test[0]);
        assertThat(Arrays.stream(where.getDeclaredMethods()))
            .as(line)
            .anyMatch(m -> m.getName().equals(test[1]) && m.isAnnotationPresent(Test.class));
      }
    }
    assertThat(named).isEqualTo(listed);
  }
}
