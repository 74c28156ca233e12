package dev.sluice.simulator;

import dev.sluice.simulator.verify.Subscriber;
import dev.sluice.simulator.verify.Summary;
import dev.sluice.simulator.verify.Verifier;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Runs the verifying subscriber and says at its end what it found. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Subscribes and finds out whether a gateway lost something.",
    footer = {
      "",
      "Commands on standard input: status, stop. The last line is",
      "  demo: published=N acknowledged=N duplicates=N missing=N readings_missing=N",
      "and the exit code 1 when something is missing or nothing was published.",
      "",
      "Example:",
      "  simulator verify --broker 127.0.0.1:1883 --topic 'site/+/readings/#' --seconds 60"
    })
final class VerifyCommand implements Callable<Integer> {

  private static final long STATUS_SECONDS = 1;

  @ParentCommand private @Nullable Simulator simulator;

  @Option(names = "--broker", required = true, paramLabel = "HOST:PORT")
  private String broker = "";

  @Option(names = "--topic", required = true, paramLabel = "FILTER")
  private String filter = "";

  @Option(names = "--client-id", description = "Names the session at the broker. Default: random.")
  private String clientId = "verify-" + UUID.randomUUID();

  @Option(
      names = "--expect-counters",
      split = ",",
      paramLabel = "DEVICE",
      description = "Devices of which at least one count must come.")
  private List<String> expected = List.of();

  @Option(
      names = "--counter-point",
      defaultValue = "counter",
      description = "By which devices count their answers. Default: ${DEFAULT-VALUE}.")
  private String counterPoint = "counter";

  @Option(
      names = "--from-start",
      description = "Streams must come from seq 1; else from where they are when it joins.")
  private boolean fromStart;

  @Option(names = "--seconds", description = "Ends by itself after so long. Default: never.")
  private long seconds = Long.MAX_VALUE;

  @Option(names = "--status", description = "Prints a status line each second.")
  private boolean status;

  @Override
  public Integer call() throws Exception {
    Terminal terminal = Context.terminal(simulator);
    var verifier = new Verifier(fromStart, counterPoint);
    Subscriber subscriber = subscriber(verifier);
    Vertx vertx = Simulator.vertx();
    Context.await(vertx.deployVerticle(subscriber));
    subscriber
        .subscribed()
        .onSuccess(v -> terminal.print(Report.event("ready").put("topic", filter).toString()));
    terminal.read(
        line -> {
          switch (line) {
            case "stop" -> terminal.end();
            case "status" -> print(terminal, subscriber, verifier);
            default ->
                terminal.complain(
                    "simulator: found command \"" + line + "\", expected status or stop");
          }
        },
        () -> {});
    for (long s = 0; s < seconds && !terminal.awaitEnd(STATUS_SECONDS, TimeUnit.SECONDS); s++) {
      if (status) {
        print(terminal, subscriber, verifier);
      }
    }
    Context.await(vertx.close());
    return end(terminal, verifier.summary(expected));
  }

  private Subscriber subscriber(Verifier verifier) {
    int colon = broker.lastIndexOf(':');
    if (colon < 1 || !broker.substring(colon + 1).matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException("--broker: found " + broker + ", expected HOST:PORT");
    }
    int port = Integer.parseInt(broker.substring(colon + 1));
    return new Subscriber(broker.substring(0, colon), port, filter, clientId, verifier);
  }

  private static void print(Terminal terminal, Subscriber subscriber, Verifier verifier) {
    var line = Report.event("status").put("connected", subscriber.connected());
    terminal.print(Report.add(line, verifier.summary(List.of())).toString());
  }

  /** Prints what was found; the exit code. */
  static int end(Terminal terminal, Summary summary) {
    terminal.print(Report.summary(summary).toString());
    summary.words().forEach(terminal::complain);
    terminal.print(summary.line());
    return summary.complete() ? 0 : 1;
  }
}
