package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.dead.DeadLetter;
import dev.sluice.gateway.outbox.dead.LetterBox;
import dev.sluice.gateway.outbox.log.Keys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice outbox dead}: records that no broker took. */
@Command(
    name = "dead",
    description = {
      "Records that a broker refused for good, or that fit no message.",
      "Works while the gateway runs and while it does not."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice outbox dead ls /var/lib/sluice/outbox",
      "  sluice outbox dead show /var/lib/sluice/outbox 12",
      "  sluice outbox dead resend /var/lib/sluice/outbox 12 13",
      "  sluice outbox dead resend /var/lib/sluice/outbox --all --uplink cloud",
      "  sluice outbox dead show /var/lib/sluice/outbox 12 --config /etc/sluice/sluice.yaml"
    })
final class OutboxDeadCommand implements Callable<Integer> {

  private static final String CONFIG =
      "Has the keys of letters that are encrypted; nothing else of it is read.";

  private final DriverCatalog drivers;

  @Spec private CommandSpec spec = CommandSpec.create();

  OutboxDeadCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Cli.REFUSED;
  }

  /**
   * With the keys of a configuration.
   *
   * @param config null for no keys: what is encrypted is locked then
   */
  private LetterBox box(Path directory, @Nullable Path config)
      throws CommandException, ConfigException {
    if (!Files.isDirectory(directory)) {
      throw CommandException.refused(
          directory + ": found no such directory, expected that of an outbox");
    }
    Keys keys =
        config == null
            ? Keys.NONE
            : new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).outboxKeys(config);
    return new LetterBox(directory, keys);
  }

  private static List<LetterBox.Found> letters(LetterBox box, Path directory)
      throws CommandException {
    try {
      return box.list();
    } catch (IOException e) {
      throw CommandException.failed(directory + ": cannot be read: " + e);
    }
  }

  private static String kind(DeadLetter letter) {
    try {
      return RecordKind.ofCode(letter.kind()).name().toLowerCase(Locale.ROOT).replace('_', '-');
    } catch (IllegalArgumentException e) {
      return "kind " + letter.kind();
    }
  }

  /** For one whose key is not here. */
  private static String locked(LetterBox.Found found) {
    return "key "
        + found.missingKey()
        + " is missing; --config names the configuration that has it";
  }

  private static String kept(DeadLetter letter) {
    return letter.keptMillis() == 0
        ? "-" // the clock was not trusted
        : Instant.ofEpochMilli(letter.keptMillis()).toString();
  }

  @Command(
      name = "ls",
      description = "Lists them, the oldest first.",
      mixinStandardHelpOptions = true)
  int ls(
      @Parameters(paramLabel = "DIRECTORY", description = "Of the outbox.") Path directory,
      @Option(names = "--uplink", paramLabel = "ID", description = "Only those of this uplink.")
          @Nullable String uplink,
      @Option(names = "--config", paramLabel = "CONFIG", description = CONFIG)
          @Nullable Path config)
      throws CommandException, ConfigException {
    PrintWriter out = spec.commandLine().getOut();
    var table =
        new Table().row("no", "state", "uplink", "stream/seq", "kind", "readings", "kept", "why");
    int listed = 0;
    int damaged = 0;
    for (LetterBox.Found found : letters(box(directory, config), directory)) {
      DeadLetter letter = found.letter();
      String number = Long.toString(found.number());
      if (!found.missingKey().isEmpty()) {
        listed++;
        table.row(number, "locked", "", "", "", "", "", locked(found));
      } else if (letter == null) {
        damaged++;
        listed++;
        table.row(number, "damaged", "", "", "", "", "", found.damage());
      } else if (uplink == null || uplink.equals(letter.uplink())) {
        listed++;
        table.row(
            number,
            found.asked() ? "to be resent" : "dead",
            letter.uplink(),
            letter.stream() + "/" + letter.seq(),
            kind(letter),
            Integer.toString(letter.readings()),
            kept(letter),
            letter.reason());
      }
    }
    if (listed == 0) {
      out.println("no dead letters");
    } else {
      table.print(out);
    }
    out.flush();
    return damaged == 0 ? Cli.OK : Cli.FAILED;
  }

  @Command(
      name = "show",
      description = "Prints what is in one as JSON.",
      mixinStandardHelpOptions = true)
  int show(
      @Parameters(paramLabel = "DIRECTORY", description = "Of the outbox.") Path directory,
      @Parameters(paramLabel = "NUMBER", description = "As ls shows it.") long number,
      @Option(names = "--config", paramLabel = "CONFIG", description = CONFIG)
          @Nullable Path config)
      throws CommandException, ConfigException, DecodeException {
    for (LetterBox.Found found : letters(box(directory, config), directory)) {
      DeadLetter letter = found.letter();
      if (found.number() == number && !found.missingKey().isEmpty()) {
        throw CommandException.failed("letter " + number + " is locked: " + locked(found));
      }
      if (found.number() == number && letter != null) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(new PayloadDecoder().decode(letter.payload()));
        out.flush();
        return Cli.OK;
      }
    }
    throw CommandException.failed("found no readable letter " + number + ", see ls");
  }

  @Command(
      name = "resend",
      description = {
        "Asks for letters to be sent again, to the uplink that refused them, with the stream",
        "and the seq that they had. The gateway looks every 5 s; if it does not run, it does so",
        "when it is started. A letter that is refused again is a dead one again."
      },
      mixinStandardHelpOptions = true)
  int resend(
      @Parameters(paramLabel = "DIRECTORY", description = "Of the outbox.") Path directory,
      @Parameters(paramLabel = "NUMBER", arity = "0..*", description = "As ls shows them.")
          @Nullable List<Long> numbers,
      @Option(names = "--all", description = "All of them.") boolean all,
      @Option(names = "--uplink", paramLabel = "ID", description = "Only those of this uplink.")
          @Nullable String uplink,
      @Option(names = "--config", paramLabel = "CONFIG", description = CONFIG)
          @Nullable Path config)
      throws CommandException, ConfigException {
    LetterBox box = box(directory, config);
    var wanted = new TreeSet<Long>();
    var known = new TreeSet<Long>();
    var locked = new TreeMap<Long, String>();
    for (LetterBox.Found found : letters(box, directory)) {
      DeadLetter letter = found.letter();
      if (!found.missingKey().isEmpty()) {
        locked.put(found.number(), locked(found));
      }
      if (letter != null && (uplink == null || uplink.equals(letter.uplink()))) {
        known.add(found.number());
      }
    }
    if (all) {
      wanted.addAll(known);
    } else if (numbers != null) {
      wanted.addAll(numbers);
    }
    if (!all && wanted.isEmpty()) {
      throw CommandException.refused("found no numbers, expected some, or --all");
    }
    for (Map.Entry<Long, String> each : locked.entrySet()) {
      if (wanted.contains(each.getKey())) {
        throw CommandException.failed("letter " + each.getKey() + " is locked: " + each.getValue());
      }
    }
    var missing = new TreeSet<>(wanted);
    missing.removeAll(known);
    if (!missing.isEmpty()) {
      throw CommandException.failed("found no readable letters " + missing + ", see ls");
    }
    try {
      int asked = box.ask(wanted::contains);
      PrintWriter out = spec.commandLine().getOut();
      out.println(asked + " to be sent again, " + (wanted.size() - asked) + " were already");
      if (all && !locked.isEmpty()) {
        out.println(locked.size() + " are locked and stay: " + locked.firstEntry().getValue());
      }
      out.flush();
      return Cli.OK;
    } catch (IOException e) {
      throw CommandException.failed(directory + ": cannot be written: " + e.getMessage());
    }
  }
}
