package dev.sluice.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * The gateway's metrics at one moment, in the text form of Prometheus.
 *
 * @param lines of the page
 */
record Scrape(List<String> lines) {

  /** Held: one that nobody holds is closed by the garbage collector, also while it is read from. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Asks the gateway that listens on a port of this machine. */
  static Scrape of(int httpPort) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + httpPort + "/metrics");
    try {
      return new Scrape(
          HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
              .body()
              .toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /**
   * The sum of a metric over its labels.
   *
   * @param labels that it has to have, for example {@code cause="useful"}; others are summed up
   * @return not a number if there is no such metric
   */
  double sum(String name, String... labels) {
    double sum = Double.NaN;
    for (String line : lines) {
      if ((line.startsWith(name + " ") || line.startsWith(name + "{")) && has(line, labels)) {
        double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        sum = Double.isNaN(sum) ? value : sum + value;
      }
    }
    return sum;
  }

  private static boolean has(String line, String... labels) {
    for (String label : labels) {
      // Before it stands a bracket or a comma: line="a" is not device_line="a".
      if (!line.contains("{" + label) && !line.contains("," + label)) {
        return false;
      }
    }
    return true;
  }
}
