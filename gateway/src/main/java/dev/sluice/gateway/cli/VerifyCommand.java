package dev.sluice.gateway.cli;

import dev.sluice.driver.TimeSource;
import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.uplink.mqtt.MqttSettings;
import dev.sluice.gateway.verify.Verifier;
import dev.sluice.gateway.verify.VerifyReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice verify}. */
@Command(
    name = "verify",
    description = {
      "Subscribes to what gateways send and says, by low and gaps alone, whether anything was",
      "lost, what came twice or out of order, and how late it came. One uplink per filter."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice verify --broker tcp://localhost --topic 'site/+/readings/#' --for 10min",
      "  sluice verify --broker ssl://broker.example --ca ca.pem --topic 'site/plant-7/#'",
      "",
      "Ctrl-C ends it and shows the report. Exit codes: 0 complete, 1 something is lost or",
      "cannot be read, or nothing came, 2 bad arguments, or the broker cannot be reached."
    })
final class VerifyCommand implements Callable<Integer> {

  private static final Duration LONG = Duration.ofDays(3650);

  private final boolean terminal;

  @Mixin private BrokerOptions broker = new BrokerOptions();

  @Option(
      names = "--topic",
      required = true,
      paramLabel = "FILTER",
      description = "What to subscribe to.")
  private String filter = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = DurationText.class,
      description = "How long; until Ctrl-C by default.")
  private Duration time = LONG;

  @Option(
      names = "--client-id",
      paramLabel = "ID",
      description = "Names a session that the broker keeps, also for the next run.")
  private @Nullable String clientId;

  @Option(
      names = "--from-start",
      description = "Every stream must come from seq 1; else it is judged from where it is.")
  private boolean fromStart;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = DurationText.class,
      description = "How often a line says how it is, on standard error; 5s by default.")
  private Duration every = Duration.ofSeconds(5);

  @Option(names = "--json", description = "Print the report as JSON for programs.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  VerifyCommand(boolean terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandException {
    boolean keep = clientId != null;
    String id = clientId == null ? "sluice-verify-" + suffix() : clientId;
    MqttSettings settings = broker.settings(id);
    TimeSource clock = new SystemClock(ClockOptions.DEFAULTS);
    var verifier = new Verifier(fromStart, clock);
    var stop = new CountDownLatch(1);
    PrintWriter err = spec.commandLine().getErr();
    try (var interrupt = Interrupt.calling(stop::countDown)) {
      Listener listener = Listener.start(settings, filter, keep, verifier, err);
      try {
        watch(verifier, stop, new VerifyText(err, terminal, clock));
      } finally {
        listener.close();
      }
      VerifyReport report = verifier.report();
      print(report);
      interrupt.told();
      return report.complete() ? Cli.OK : Cli.FAILED;
    }
  }

  private static String suffix() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  }

  private void watch(Verifier verifier, CountDownLatch stop, VerifyText status) {
    long end = System.nanoTime() + time.toNanos();
    boolean stopped = false;
    while (!stopped && end - System.nanoTime() > 0) {
      try {
        long pause = Math.min(every.toNanos(), end - System.nanoTime());
        stopped = stop.await(pause, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stopped = true;
      }
      if (!stopped) {
        status.line(verifier.report());
      }
    }
    status.end();
  }

  private void print(VerifyReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(VerifyText.json(report).encodePrettily());
    } else {
      VerifyText.print(report, out);
    }
    out.flush();
  }
}
