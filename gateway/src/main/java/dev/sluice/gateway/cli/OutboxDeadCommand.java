package dev.sluice.gateway.cli;

import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.dead.DeadLetter;
import dev.sluice.gateway.outbox.dead.LetterBox;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
      "  sluice outbox dead resend /var/lib/sluice/outbox --all --uplink cloud"
    })
final class OutboxDeadCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Cli.REFUSED;
  }

  private static LetterBox box(Path directory) throws CommandException {
    if (!Files.isDirectory(directory)) {
      throw CommandException.refused(
          directory + ": found no such directory, expected that of an outbox");
    }
    return new LetterBox(directory);
  }

  private static List<LetterBox.Found> letters(Path directory) throws CommandException {
    try {
      return box(directory).list();
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
          @Nullable String uplink)
      throws CommandException {
    PrintWriter out = spec.commandLine().getOut();
    var table =
        new Table().row("no", "state", "uplink", "stream/seq", "kind", "readings", "kept", "why");
    int listed = 0;
    int damaged = 0;
    for (LetterBox.Found found : letters(directory)) {
      DeadLetter letter = found.letter();
      String number = Long.toString(found.number());
      if (letter == null) {
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
      @Parameters(paramLabel = "NUMBER", description = "As ls shows it.") long number)
      throws CommandException, DecodeException {
    for (LetterBox.Found found : letters(directory)) {
      DeadLetter letter = found.letter();
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
          @Nullable String uplink)
      throws CommandException {
    var wanted = new TreeSet<Long>();
    var known = new TreeSet<Long>();
    for (LetterBox.Found found : letters(directory)) {
      DeadLetter letter = found.letter();
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
    var missing = new TreeSet<>(wanted);
    missing.removeAll(known);
    if (!missing.isEmpty()) {
      throw CommandException.failed("found no readable letters " + missing + ", see ls");
    }
    try {
      int asked = box(directory).ask(wanted::contains);
      PrintWriter out = spec.commandLine().getOut();
      out.println(asked + " to be sent again, " + (wanted.size() - asked) + " were already");
      out.flush();
      return Cli.OK;
    } catch (IOException e) {
      throw CommandException.failed(directory + ": cannot be written: " + e.getMessage());
    }
  }
}
