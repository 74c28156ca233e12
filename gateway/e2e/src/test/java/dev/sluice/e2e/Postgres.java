package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A PostgreSQL of our own, in a directory of its own, on a loopback port that stays the same over
 * restarts. It does not run as root: then it is Debian's user postgres.
 */
final class Postgres implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String USER = "sluice";
  private static final String DATABASE = "readings";

  private final Path directory;
  private final int port = FreePort.take();
  private ChildProcess process;

  private Postgres(Path directory) {
    this.directory = directory;
  }

  /** With an empty database. */
  static Postgres start() {
    try {
      // Not below the test's directory, which only root may enter.
      var postgres = new Postgres(Files.createTempDirectory("sluice-postgres"));
      if (isRoot()) {
        ChildProcess.run("chown", List.of("chown", "postgres:", postgres.directory.toString()));
      }
      postgres.run("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync");
      postgres.startAgain();
      String createdb = program("createdb").toString();
      ChildProcess.run(
          "createdb",
          List.of(createdb, "-h", "127.0.0.1", "-p", postgres.port(), "-U", USER, DATABASE));
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** After {@link #crash()}, on the same data. */
  void startAgain() {
    process =
        ChildProcess.start(
            "postgres",
            Map.of(),
            command("postgres", "-p", port(), "-k", directory.toString(), "-h", "127.0.0.1"));
    process.awaitMore(0, LIMIT);
    Eventually.holds(
        "postgres is ready",
        LIMIT,
        () -> process.output().contains("ready to accept connections"),
        process::output);
  }

  /** Ends it at once, with what was not committed. */
  void crash() {
    process.signal("QUIT");
    process.awaitExit(LIMIT);
  }

  /** Does something at a moment when somebody is in the middle of a transaction on a table. */
  void inTheMiddleOfAWrite(String table, Runnable what) {
    var command = List.of(program("psql").toString(), "-X", url());
    try (ChildProcess holding = ChildProcess.start("psql", Map.of(), command)) {
      holding.write("BEGIN; LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE;");
      Eventually.holds(
          "somebody waits for " + table,
          LIMIT,
          () -> !rows("SELECT 1 FROM pg_locks WHERE NOT granted").isEmpty(),
          holding::output);
      what.run();
    }
  }

  /** Where it is, as its clients want it. */
  String url() {
    return "postgresql://" + USER + "@127.0.0.1:" + port() + "/" + DATABASE;
  }

  /** What psql prints: the rows, columns with {@code |} between them. */
  List<String> rows(String query) {
    return psql("-At", "-c", query);
  }

  /** What psql prints for people. */
  List<String> table(String query) {
    return psql("-c", query);
  }

  private List<String> psql(String... arguments) {
    var command = new ArrayList<>(List.of(program("psql").toString(), "-X", url()));
    command.addAll(List.of("-v", "ON_ERROR_STOP=1"));
    command.addAll(List.of(arguments));
    try (var child = ChildProcess.start("psql", Map.of("PGTZ", "UTC"), command)) {
      int code = child.awaitExit(LIMIT);
      if (code != 0) {
        throw new AssertionError("psql ended with " + code + "\n" + child.output());
      }
      return child.lines();
    }
  }

  private String port() {
    return Integer.toString(port);
  }

  private void run(String name, String... arguments) {
    ChildProcess.run(name, command(name, arguments));
  }

  private List<String> command(String name, String... arguments) {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.add(ChildProcess.locate("setpriv"));
      command.addAll(List.of("--reuid=postgres", "--regid=postgres", "--init-groups"));
    }
    command.addAll(List.of(program(name).toString(), "-D", directory.resolve("data").toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The newest one of those that Debian keeps by version. */
  private static Path program(String name) {
    Path versions = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(versions)) {
      try (Stream<Path> homes = Files.list(versions)) {
        return homes
            .map(home -> home.resolve("bin").resolve(name))
            .filter(Files::isExecutable)
            .max(Comparator.naturalOrder())
            .orElseThrow(Postgres::missing);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw missing();
  }

  private static AssertionError missing() {
    return new AssertionError("PostgreSQL is not installed; scripts/test installs it");
  }

  @Override
  public void close() {
    if (process != null && process.isRunning()) {
      crash();
    }
    ChildProcess.run("rm", List.of("rm", "-r", directory.toString()));
  }
}
