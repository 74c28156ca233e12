package dev.sluice.e2e.cloud;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The side of a vendor's client, in a JVM of its own: reads a command a line and answers each with
 * a line of its number. See {@link VendorJvm}.
 */
public final class Peer {

  static final String SEPARATOR = "\t";

  /** What a command does; what it throws is its answer too. */
  @FunctionalInterface
  public interface Command {
    String run(List<String> arguments) throws Exception;
  }

  private Peer() {}

  /** Until its input ends; then the JVM does, whatever threads the client has left. */
  public static void serve(Map<String, Command> commands) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = Arrays.asList(line.split(SEPARATOR, -1));
      System.out.println("#" + ++number + " " + answer(commands, words));
    }
    Runtime.getRuntime().halt(0);
  }

  private static String answer(Map<String, Command> commands, List<String> words) {
    try {
      Command command = commands.get(words.get(0));
      return "ok " + command.run(words.subList(1, words.size()));
    } catch (Exception e) {
      var causes = new StringBuilder("failed");
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        causes.append(' ').append(cause.getClass().getSimpleName());
        causes.append(": ").append(cause.getMessage());
      }
      return causes.toString().replace('\n', ' ');
    }
  }
}
