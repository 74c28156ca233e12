package dev.sluice.gateway.outbox.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Breaks the log in the ways that logs are broken, one at a time, in a copy of one class: a test
 * must turn red. What no test would notice is not proved by any.
 */
class MutationTest {

  private static final String PACKAGE = "dev/sluice/gateway/outbox/log";

  /**
   * A way to break it.
   *
   * @param name what it does
   * @param type the class that is changed
   * @param found what stands there, once
   * @param instead what stands there then
   * @param test which turns red
   */
  private record Mutation(String name, String type, String found, String instead, String test) {}

  private static final List<Mutation> ALL =
      List.of(
          new Mutation(
              "no force of a segment",
              "SegmentWriter",
              "    file.force(first);\n    if",
              "    if",
              "CrashStatesTest"),
          new Mutation(
              "no force of the directory",
              "SegmentWriter",
              "      files.forceDirectory(directory);\n",
              "",
              "CrashStatesTest"),
          new Mutation(
              "durable before the force",
              "Log",
              "      SegmentWriter target = writerFor",
              "      next = first + all.size();\n      SegmentWriter target = writerFor",
              "LogTest"),
          new Mutation(
              "cursor early: what is read is acknowledged",
              "LogReader",
              "        cursor.handedOut(found.record().seq() + 1);\n",
              "        cursor.acknowledge(found.record().seq(), found.record().seq());\n",
              "SqliteTest"),
          new Mutation(
              "cursor file without force",
              "CursorFile",
              "      current.force(false);\n",
              "",
              "LogTest"),
          new Mutation(
              "recycle early: acknowledged in memory only",
              "Cursor",
              "return durable != null && durable.nextFrom(first) >= end",
              "return left.nextFrom(first) >= end",
              "LogTest"),
          new Mutation(
              "evict before the gap is durable",
              "Eviction",
              "          announce(own.loss(cursor.uplink(), cause), own.carried());\n        }\n",
              "          announce(own.loss(cursor.uplink(), cause), own.carried());\n        }\n"
                  + "        shelf.doom(segment);\n        var unused = shelf.release();\n",
              "CrashStatesTest"),
          new Mutation(
              "no gap",
              "Eviction",
              "    owed.addAll(announcer.announce(loss, carried));\n",
              "",
              "SqliteTest"),
          new Mutation(
              "a file goes on after a failed force",
              "Log",
              "        working = false;\n        poison();\n",
              "        working = false;\n",
              "FaultTest"));

  @TempDir private Path directory;

  /** Each takes a process: one of them in the short run, another one each time. */
  @Test
  void eachWayToBreakTheLogTurnsATestRed() throws Exception {
    long seed = Plant.seed();
    List<Mutation> mutations =
        Plant.thorough() ? ALL : List.of(ALL.get(new Random(seed).nextInt(ALL.size())));
    StringBuilder table = new StringBuilder();
    boolean allRed = true;
    for (Mutation mutation : mutations) {
      String verdict = run(mutation, seed);
      allRed &= verdict.startsWith("red ");
      table.append("%-48s %s%n".formatted(mutation.name, verdict));
    }
    System.out.print(table);
    assertThat(allRed).as("%s", table).isTrue();
  }

  private String run(Mutation mutation, long seed) throws Exception {
    Path classes = Files.createDirectories(directory.resolve(Integer.toString(count++)));
    compile(mutation, classes);
    Path said = classes.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsluice.seed=" + seed,
                "-cp",
                classes + ":" + System.getProperty("java.class.path"),
                RunTests.class.getName(),
                mutation.test)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      List<String> lines = Files.readAllLines(said, StandardCharsets.UTF_8);
      return lines.stream()
          .filter(line -> line.startsWith("red ") || line.equals("green"))
          .findFirst()
          .orElse((ended ? "died: " : "does not end: ") + lines);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private int count;

  private void compile(Mutation mutation, Path classes) throws IOException {
    Path original = Path.of("src/main/java", PACKAGE, mutation.type + ".java");
    String source = Files.readString(original);
    assertThat(source.split(Pattern.quote(mutation.found), -1))
        .as("%s: what %s replaces is there once", original, mutation.name)
        .hasSize(2);
    Path changed = Files.createDirectories(classes.resolve("src")).resolve(mutation.type + ".java");
    Files.writeString(changed, source.replace(mutation.found, mutation.instead));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int code =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-nowarn",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString(),
            changed.toString());
    assertThat(code).as("%s compiles", mutation.name).isZero();
  }
}
