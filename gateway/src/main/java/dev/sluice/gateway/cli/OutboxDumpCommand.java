package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.outbox.log.Damage;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.LogVisitor;
import dev.sluice.gateway.outbox.log.StoredRecord;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.function.LongPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice outbox dump}. */
@Command(
    name = "dump",
    description = {"Prints the records of an outbox, decoded, oldest first."},
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice outbox dump --directory outbox --from 81000 --to 81010",
      "  sluice outbox dump --directory outbox --uplink cloud --device meter-1 --json",
      "",
      "Exit codes: 0 done, 1 some of it is damaged, 2 bad arguments or nothing that can be read."
    })
final class OutboxDumpCommand implements Callable<Integer> {

  private final DriverCatalog drivers;

  @Mixin private OutboxPlace place = new OutboxPlace();
  @Mixin private OutboxSelection selection = new OutboxSelection();

  @Option(names = "--device", paramLabel = "ID", description = "Only what is of this device.")
  private String device = "";

  @Option(names = "--raw", description = "Print payloads as they are stored, in hexadecimal.")
  private boolean raw;

  @Option(names = "--json", description = "Print a JSON object per line, for programs.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  OutboxDumpCommand(DriverCatalog drivers) {
    this.drivers = drivers;
  }

  @Override
  public Integer call() throws CommandException, ConfigException {
    try (LogView view = place.look(drivers, spec.commandLine().getErr())) {
      var printer = new Printer(selection.wanted(view));
      view.walk(selection.from(), selection.to(), printer);
      spec.commandLine().getOut().flush();
      return printer.damaged ? Cli.FAILED : Cli.OK;
    } catch (IOException e) {
      throw OutboxPlace.refused(place.directory(drivers), e);
    }
  }

  private final class Printer implements LogVisitor {

    private final PrintWriter out = spec.commandLine().getOut();
    private final PrintWriter err = spec.commandLine().getErr();
    private final OutboxRecordText text = new OutboxRecordText(device);
    private final LongPredicate wanted;
    private boolean damaged;

    Printer(LongPredicate wanted) {
      this.wanted = wanted;
    }

    @Override
    public boolean record(StoredRecord record, long wallMillis) {
      if (wanted.test(record.seq())) {
        try {
          print(record, wallMillis);
        } catch (DecodeException e) {
          tell("seq " + record.seq() + ": " + e.getMessage());
        }
      }
      return !out.checkError(); // nobody reads any more
    }

    private void print(StoredRecord record, long wallMillis) throws DecodeException {
      if (json) {
        JsonObject line = text.json(record, wallMillis);
        if (!line.isEmpty()) {
          out.println((raw ? line.put("payload", hex(record)) : line).encode());
        }
        return;
      }
      var lines = text.lines(record, wallMillis);
      if (raw && !lines.isEmpty()) {
        out.println(lines.get(0));
        out.println("  " + hex(record));
      } else {
        lines.forEach(out::println);
      }
    }

    private static String hex(StoredRecord record) {
      return HexFormat.of().formatHex(record.payload());
    }

    @Override
    public void damage(Damage damage) {
      tell(DamageText.words(damage));
    }

    private void tell(String words) {
      damaged = true;
      out.flush();
      err.println("sluice: " + words);
      err.flush();
    }
  }
}
