package dev.sluice.gateway.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The yes or no of a person. */
final class Confirmation {

  private static final Set<String> YES = Set.of("y", "Y", "yes", "Yes", "YES");

  private Confirmation() {}

  /**
   * Reads a line on a thread of its own: nothing ends a read of standard input, and who waits for
   * it must be able to go.
   *
   * @return fails with an {@link IOException}
   */
  static CompletableFuture<Boolean> from(InputStream in) {
    var answer = new CompletableFuture<Boolean>();
    var reader =
        new Thread(
            () -> {
              try {
                answer.complete(read(in));
              } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            },
            "sluice-answer");
    reader.setDaemon(true);
    reader.start();
    return answer;
  }

  private static boolean read(InputStream in) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String line = lines.readLine();
    return line != null && YES.contains(line.strip());
  }
}
