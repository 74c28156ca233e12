package dev.sluice.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A process that is measured or measures, spoken to line by line; its errors go to our own. */
final class Program implements AutoCloseable {

  /**
   * When we are told to end they have to: a gateway that is left over would poll the next run's bus
   * if that gets the same pseudo-terminal.
   */
  private static final Set<Process> STARTED = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> STARTED.forEach(Process::destroyForcibly), "end programs"));
  }

  private final String name;
  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;

  private Program(String name, ProcessBuilder builder) throws IOException {
    this.name = name;
    this.process = builder.start();
    STARTED.add(process);
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts a program.
   *
   * @param cpu the only core that it may use; -1 for any
   */
  static Program start(String name, int cpu, Map<String, String> environment, List<String> command)
      throws IOException {
    var pinned = new ArrayList<String>();
    if (cpu >= 0) {
      pinned.addAll(List.of("taskset", "-c", Integer.toString(cpu)));
    }
    pinned.addAll(command);
    var builder = new ProcessBuilder(pinned).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new Program(name, builder);
  }

  /** Starts a program whose output goes to a file. */
  static Program logged(
      String name, Path log, Map<String, String> environment, List<String> command)
      throws IOException {
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new Program(name, builder);
  }

  /** Starts one of our own mains on this JDK and class path. */
  static Program java(String name, int cpu, Class<?> main, String... arguments) throws IOException {
    return start(name, cpu, Map.of(), javaCommand(main, arguments));
  }

  /** What starts one of our own mains. */
  static List<String> javaCommand(Class<?> main, String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms64m", "-Xmx256m", "-Dvertx.disableDnsResolver=true"));
    command.addAll(List.of("-Dslf4j.internal.verbosity=ERROR"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Compiles a C program of {@code src/main/c}, if its source is newer; gives the binary. */
  static Path compiled(String name, String... libraries) throws IOException {
    return compiled(Repository.file("gateway/benchmarks/src/main/c/" + name + ".c"), libraries);
  }

  /** Compiles a C program, if its source is newer; gives the binary. */
  static Path compiled(Path source, String... libraries) throws IOException {
    String name = source.getFileName().toString().replace(".c", "");
    Path binary = Repository.file("gateway/benchmarks/target/" + name);
    if (!Files.exists(binary)
        || Files.getLastModifiedTime(binary).compareTo(Files.getLastModifiedTime(source)) < 0) {
      var command = new ArrayList<>(List.of("gcc", "-O2", "-I/usr/include/modbus", "-o"));
      command.addAll(List.of(binary.toString(), source.toString()));
      command.addAll(List.of(libraries));
      try (var gcc = start("gcc", -1, Map.of(), command)) {
        gcc.awaitEnd(60);
      }
    }
    return binary;
  }

  long pid() {
    return process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Waits for a line that begins so, and gives its further words. */
  String[] expect(String prefix) throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(prefix + " ")) {
        return line.substring(prefix.length() + 1).split(" ", -1);
      }
    }
    throw new IOException(name + " ended before it said " + prefix);
  }

  void tell(String line) throws IOException {
    in.write(line);
    in.newLine();
    in.flush();
  }

  /** Ends it with SIGTERM; it has to end by itself. */
  void stop() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        throw new IOException(name + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Waits until it ended by itself, without an error. */
  void awaitEnd(int seconds) throws IOException {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(name + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Ends it at once, and waits until it is gone with all that it had open. */
  void kill() throws IOException {
    process.destroyForcibly();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        throw new IOException(name + " cannot be killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
