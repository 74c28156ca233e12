package dev.sluice.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A process of ours with its output; ended at the latest when the test closes it. */
public final class ChildProcess implements AutoCloseable {

  private final String name;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final Thread reader;

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.reader = new Thread(this::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a program; both its outputs are kept as lines.
   *
   * @throws AssertionError if it is not installed
   */
  public static ChildProcess start(
      String name, Map<String, String> environment, List<String> command) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(name, builder.start());
    } catch (IOException e) {
      throw new AssertionError(
          "cannot start " + command.get(0) + ": " + e.getMessage() + "; scripts/test installs it",
          e);
    }
  }

  /** Runs a program to its end; it has to succeed. */
  public static List<String> run(String name, List<String> command) {
    try (var child = start(name, Map.of(), command)) {
      int code = child.awaitExit(Duration.ofSeconds(60));
      if (code != 0) {
        throw new AssertionError(
            String.join(" ", command) + " ended with " + code + "\n" + child.output());
      }
      return child.lines();
    }
  }

  /** The first of these programs that exists, for what Debian keeps in /usr/sbin. */
  public static String locate(String program) {
    String path = System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin:/sbin";
    for (String directory : path.split(":", -1)) {
      Path file = Path.of(directory, program);
      if (!directory.isEmpty() && file.toFile().canExecute()) {
        return file.toString();
      }
    }
    throw new AssertionError(program + " is not installed; scripts/test installs it");
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (lines) {
        lines.add("[" + name + ": output ended: " + e.getMessage() + "]");
      }
    }
  }

  long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Whether it has, and all that it had printed is there. */
  private boolean hasEnded() {
    return !isRunning() && !reader.isAlive();
  }

  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Waits until there are more lines than are known, at most so long. */
  public void awaitMore(int known, Duration limit) {
    synchronized (lines) {
      try {
        if (lines.size() <= known) {
          lines.wait(limit.toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + name, e);
      }
    }
  }

  public String output() {
    return "--- " + name + "\n" + String.join("\n", lines());
  }

  /** Whether a line so far holds the pattern, from a position in {@link #lines()} on. */
  boolean printed(Pattern pattern, int from) {
    List<String> now = lines();
    return now.subList(Math.min(from, now.size()), now.size()).stream()
        .anyMatch(line -> pattern.matcher(line).find());
  }

  /** Waits for a line that begins so, and gives the rest of it. */
  public String awaitLine(String prefix, Duration limit) {
    Eventually.holds(
        name + " prints \"" + prefix + "\"",
        limit,
        () -> hasEnded() || lines().stream().anyMatch(line -> line.startsWith(prefix)),
        this::output);
    return lines().stream()
        .filter(line -> line.startsWith(prefix))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " ended early\n" + output()))
        .substring(prefix.length());
  }

  public void write(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " takes no input\n" + output(), e);
    }
  }

  /** Sends a signal by name: TERM, KILL, STOP, CONT. */
  void signal(String signal) {
    run("kill", List.of(locate("kill"), "-" + signal, Long.toString(pid())));
  }

  /** Ends it as a power cut would, and returns when it is gone. */
  void killHard() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  public int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            name + " still runs after " + limit.toMillis() + " ms\n" + output());
      }
      reader.join(TimeUnit.SECONDS.toMillis(5));
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + name, e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
