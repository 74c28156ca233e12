package dev.sluice.e2e.cloud.broker;

import dev.sluice.e2e.ChildProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Clients that are not ours, in a Java process of their own where real host names lead to loopback.
 * The test tells it what to do, one JSON object a line, and reads what came of it; see {@link
 * PeerMain} for the other end.
 */
public final class Peer implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** How often to look whether the process still runs. */
  private static final Duration STEP = Duration.ofMillis(500);

  private final ChildProcess process;
  private final List<JsonObject> said = new ArrayList<>();
  private int read;
  private final AtomicInteger asked = new AtomicInteger();

  private Peer(ChildProcess process) {
    this.process = process;
  }

  /** Starts a process with this main class. */
  public static Peer start(Class<? extends PeerMain> main, RealNames names) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(names.jvmOptions());
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    return new Peer(ChildProcess.start(main.getSimpleName(), Map.of(), command));
  }

  /**
   * Has something done and waits for the outcome.
   *
   * @return what the client said of it
   */
  public Outcome ask(String what, JsonObject with) {
    int number = asked.incrementAndGet();
    int from = said().size();
    synchronized (process) {
      process.write(new JsonObject().put("ask", what).put("n", number).put("with", with).encode());
    }
    return Outcome.of(await(what + " " + with, line -> line.getInteger("n", 0) == number, from));
  }

  /** The same, which has to succeed. */
  public JsonObject must(String what, JsonObject with) {
    Outcome outcome = ask(what, with);
    if (outcome.failed()) {
      throw new AssertionError(what + " " + with + ": " + outcome + "\n" + process.output());
    }
    return outcome.result();
  }

  /** Waits for something that happened to the client by itself, from the start on. */
  public JsonObject event(String what, Predicate<JsonObject> which) {
    return await(what, line -> what.equals(line.getString("event")) && which.test(line), 0);
  }

  /** What has happened to the client by itself so far. */
  public List<JsonObject> events(String what) {
    return said().stream().filter(line -> what.equals(line.getString("event"))).toList();
  }

  private JsonObject await(String what, Predicate<JsonObject> which, int from) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      int lines = process.lines().size();
      List<JsonObject> now = said();
      Optional<JsonObject> found = now.subList(from, now.size()).stream().filter(which).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() > end || !process.isRunning()) {
        throw new AssertionError("the client does not tell: " + what + "\n" + process.output());
      }
      process.awaitMore(lines, STEP);
    }
  }

  /** Every marked line so far; each is read once. */
  private synchronized List<JsonObject> said() {
    List<String> lines = process.lines();
    for (String line : lines.subList(read, lines.size())) {
      if (line.startsWith(PeerMain.MARK)) {
        said.add(new JsonObject(line.substring(PeerMain.MARK.length())));
      }
    }
    read = lines.size();
    return List.copyOf(said);
  }

  public String output() {
    return process.output();
  }

  @Override
  public void close() {
    process.close();
  }
}
