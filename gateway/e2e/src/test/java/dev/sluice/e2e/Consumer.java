package dev.sluice.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The programs of {@code deploy/consumers}, on the Python for which Debian's packages are made. */
final class Consumer {

  private Consumer() {}

  /** Prints readings; returns when it may have subscribed or not. */
  static ChildProcess reader(Mosquitto broker, String... topics) {
    return start("read_readings", broker, topics);
  }

  /** Stores readings; returns when it has subscribed. */
  static ChildProcess store(Mosquitto broker, String database, String topic) {
    return awaitSubscribed(storeLater(broker, database, topic));
  }

  /** The same; returns at once. */
  static ChildProcess storeLater(Mosquitto broker, String database, String topic) {
    String id = database.startsWith("postgresql") ? "store-postgresql" : "store-sqlite";
    return start("store_readings", broker, "--database", database, "--client-id", id, topic);
  }

  static ChildProcess awaitSubscribed(ChildProcess store) {
    Eventually.holds(
        "the store has subscribed",
        Duration.ofSeconds(60),
        () -> store.output().contains("subscribed to"),
        store::output);
    return store;
  }

  /** Rows of a database of SQLite, columns with {@code |} between them, as psql prints them. */
  static List<String> sqlite(Path file, String query) {
    String program =
        "import sqlite3, sys\n"
            + "for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]):\n"
            + "    print('|'.join('' if c is None else str(c) for c in row))";
    return ChildProcess.run(
        "sqlite", List.of("/usr/bin/python3", "-c", program, file.toString(), query));
  }

  private static ChildProcess start(String program, Mosquitto broker, String... arguments) {
    var command = new ArrayList<String>();
    command.add("/usr/bin/python3");
    command.add(Repository.file("deploy/consumers/" + program + ".py").toString());
    command.addAll(List.of(arguments));
    return ChildProcess.start(
        program,
        Map.of("MQTT_URL", "tcp://127.0.0.1:" + broker.port(), "PYTHONDONTWRITEBYTECODE", "1"),
        command);
  }
}
