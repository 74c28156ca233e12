package dev.sluice.gateway.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs a test program that mounts disks, as a process in a mount name space of its own: when it
 * ends, in whatever way, its mounts and loop devices end, and it ends when we do. Takes root and
 * loop devices; without them the test fails, for what was not tried is not proved.
 */
final class Rig {

  /** A file in memory makes a disk whose flush costs nothing: more happens between two faults. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private static final Pattern NUMBER = Pattern.compile("(\\w+)=(-?\\d+)");

  /**
   * What a program found.
   *
   * @param result the line that begins with {@code result}
   * @param all that it said
   */
  record Found(String result, String all) {

    /** A number of the result. */
    long number(String name) {
      Matcher numbers = NUMBER.matcher(result);
      while (numbers.find()) {
        if (numbers.group(1).equals(name)) {
          return Long.parseLong(numbers.group(2));
        }
      }
      throw new AssertionError("no " + name + " in " + result);
    }
  }

  /** What such a program does. */
  interface Program {
    void run() throws Exception;
  }

  private Rig() {}

  /** The frame of such a program: what it mounts is seen by nobody else. */
  @SuppressWarnings("CatchAndPrintStackTrace") // whoever started it reads that
  static void main(Program program) {
    int code = 1;
    try {
      LoopDisk.run(List.of("mount", "--make-rprivate", "/"));
      program.run();
      code = 0;
    } catch (Throwable e) {
      e.printStackTrace();
    } finally {
      System.exit(code); // Vert.x would keep it alive
    }
  }

  static long seed() {
    String given = System.getProperty("sluice.seed", "");
    return given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
  }

  /** Runs it to its end; the directory that it gets goes afterwards. */
  static Found run(Class<?> program, int seconds, String... arguments) throws Exception {
    Path directory =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "sluice-disk-")
            : Files.createTempDirectory("sluice-disk-");
    try {
      return run(program, seconds, directory, arguments);
    } finally {
      remove(directory);
    }
  }

  private static Found run(Class<?> program, int seconds, Path directory, String... arguments)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                LoopDisk.locate("unshare"),
                "--mount",
                LoopDisk.locate("setpriv"),
                "--pdeathsig",
                "KILL",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                directory.toString()));
    command.addAll(Arrays.asList(arguments));
    Path said = directory.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      String all = Files.readString(said, StandardCharsets.UTF_8);
      String result = all.lines().filter(l -> l.startsWith("result ")).findAny().orElse("");
      if (!ended || process.exitValue() != 0 || result.isEmpty()) {
        throw new AssertionError(
            "%s %s. It takes root, loop devices, ext4 and xfs.\n%s"
                .formatted(String.join(" ", arguments), ended ? "failed" : "does not end", all));
      }
      System.out.println(String.join(" ", arguments) + ": " + result);
      return new Found(result, all);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
