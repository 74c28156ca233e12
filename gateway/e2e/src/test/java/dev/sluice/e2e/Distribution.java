package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built gateway as its users get it, run as a process on the JDK that runs the tests. */
final class Distribution implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final ChildProcess process;
  private final int httpPort;

  private Distribution(ChildProcess process, int httpPort) {
    this.process = process;
    this.httpPort = httpPort;
  }

  /** The folder that a release unpacks to. */
  static Path home() {
    Path home = Repository.file("gateway/target/sluice");
    if (!Files.isExecutable(home.resolve("bin/sluice"))) {
      throw new AssertionError(home + " is not built; run scripts/test, or mvn verify");
    }
    return home;
  }

  /** Starts it; returns at once. */
  static Distribution launch(Site site, Path configuration, List<String> prefix) {
    return new Distribution(
        start("gateway", prefix, "run", configuration.toString()), site.httpPort());
  }

  /** Starts one of its commands; returns at once. */
  static ChildProcess command(String... arguments) {
    return start("sluice " + arguments[0], List.of(), arguments);
  }

  private static ChildProcess start(String name, List<String> prefix, String... arguments) {
    var command = new ArrayList<>(prefix);
    command.add(home().resolve("bin/sluice").toString());
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "PATH",
            System.getProperty("java.home") + "/bin:" + System.getenv("PATH"));
    return ChildProcess.start(name, environment, command);
  }

  /** Starts it and returns when it says that it is alive. */
  static Distribution start(Site site) {
    Distribution gateway = launch(site, site.write(), List.of());
    gateway.awaitAlive();
    return gateway;
  }

  void awaitAlive() {
    awaitHealth("/health/live");
  }

  void awaitReady() {
    awaitHealth("/health/ready");
  }

  private void awaitHealth(String path) {
    Eventually.holds(
        path + " says 200",
        START,
        () -> {
          if (!process.isRunning()) {
            throw new AssertionError("gateway ended\n" + process.output());
          }
          return status(path) == 200;
        },
        process::output);
  }

  /** The HTTP status of a page; 0 when nobody answers. */
  int status(String path) {
    try {
      return get(path).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
              .timeout(Duration.ofSeconds(5))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** What a page says. */
  String page(String path) {
    try {
      return get(path).body();
    } catch (IOException e) {
      throw new AssertionError("no " + path + "\n" + process.output(), e);
    }
  }

  /** The sum of a metric over its labels. */
  double metric(String name) {
    try {
      String text = get("/metrics").body();
      Matcher matcher =
          Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{[^}]*})? (\\S+)").matcher(text);
      double sum = 0;
      boolean found = false;
      while (matcher.find()) {
        sum += Double.parseDouble(matcher.group(1));
        found = true;
      }
      assertThat(found).as("metric %s in\n%s", name, text).isTrue();
      return sum;
    } catch (IOException e) {
      throw new AssertionError("no metrics\n" + process.output(), e);
    }
  }

  /** Answers of devices that it counted as too late or broken: on a slow machine. */
  long unheard() {
    return page("/metrics")
        .lines()
        .filter(line -> line.startsWith("sluice_line_polls_total{"))
        .filter(line -> line.contains("\"timeout\"") || line.contains("\"bad_reply\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  ChildProcess process() {
    return process;
  }

  /** Waits until the log says so from a line number on. */
  void awaitLog(String regex, int from, Duration limit) {
    Pattern pattern = Pattern.compile(regex);
    Eventually.holds(
        "the log says " + regex, limit, () -> process.printed(pattern, from), process::output);
  }

  /** Ends it as systemd does; it has to leave in order. */
  void stopInOrder() {
    process.signal("TERM");
    assertThat(process.awaitExit(Duration.ofSeconds(15))).as(process.output()).isZero();
  }

  @Override
  public void close() {
    process.close();
  }
}
