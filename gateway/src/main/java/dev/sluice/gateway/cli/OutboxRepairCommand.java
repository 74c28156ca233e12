package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.OutboxRepair;
import dev.sluice.gateway.outbox.log.Damage;
import dev.sluice.gateway.outbox.log.LogRepair;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.LogVisitor;
import dev.sluice.gateway.outbox.log.Loss;
import dev.sluice.gateway.outbox.log.StoredRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice outbox repair}. */
@Command(
    name = "repair",
    description = {
      "Copies all that can be read of a damaged outbox into DIR.repaired, which is whole: same",
      "stream, same seqs, cursors, and a gap for what is lost. Also takes back what files that were",
      "set aside (*.damaged) still have. The damaged outbox is only read, never changed. The copy",
      "is encrypted when the configuration says so."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice outbox repair --config /etc/sluice/sluice.yaml             a copy to look at",
      "  sluice outbox repair --config /etc/sluice/sluice.yaml --replace   and the gateway uses it",
      "",
      "Exit codes: 0 nothing was lost, 1 something is lost (it is told), 2 not possible."
    })
final class OutboxRepairCommand implements Callable<Integer> {

  private final DriverCatalog drivers;
  private final boolean terminal;

  @Mixin private OutboxPlace place = new OutboxPlace();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Where the copy goes; beside the outbox with .repaired at its name by default.")
  private @Nullable Path to;

  @Option(
      names = "--replace",
      description =
          "Put the copy in the place of the outbox, which stays beside it as DIR.before-repair.")
  private boolean replace;

  @Option(
      names = "--without-key",
      description =
          "Go on although a key is missing: what is encrypted with it is announced as lost.")
  private boolean withoutKey;

  @Spec private CommandSpec spec = CommandSpec.create();

  OutboxRepairCommand(DriverCatalog drivers, boolean terminal) {
    this.drivers = drivers;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandException, ConfigException {
    Path source = place.directory(drivers).toAbsolutePath().normalize();
    Path target = to == null ? sibling(source, ".repaired") : to.toAbsolutePath().normalize();
    try (LogView view = place.alone(drivers)) {
      if (!withoutKey) {
        OutboxPlace.needKeys(view.survey(), ", or --without-key to give them up");
      }
      needEmpty(target);
      needRoom(source, target);
      LogRepair.Result result = copy(view, source, target);
      Ownership.give(target, source);
      tell(result, target);
      if (replace) {
        swap(source, target);
      }
      return result.lost().isEmpty() ? Cli.OK : Cli.FAILED;
    } catch (IOException e) {
      throw CommandException.refused(
          "repair failed: "
              + e.getMessage()
              + "; "
              + source
              + " is as it was"
              + (Files.exists(target) ? ", and " + target + " is not whole: remove it" : ""));
    }
  }

  private static Path sibling(Path of, String suffix) {
    Path free = of.resolveSibling(of.getFileName() + suffix);
    for (int i = 2; Files.exists(free) && suffix.equals(".before-repair"); i++) {
      free = of.resolveSibling(of.getFileName() + suffix + "." + i);
    }
    return free;
  }

  private static void needEmpty(Path target) throws CommandException, IOException {
    if (!Files.exists(target)) {
      return;
    }
    try (var entries = Files.list(target)) {
      if (entries.findAny().isPresent()) {
        throw CommandException.refused(
            target + ": found files, expected no such directory; remove it or name another --to");
      }
    }
  }

  private static void needRoom(Path source, Path target) throws CommandException, IOException {
    long needed = 0;
    try (var entries = Files.newDirectoryStream(source)) {
      for (Path entry : entries) {
        needed += Files.isRegularFile(entry) ? Files.size(entry) : 0;
      }
    }
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw CommandException.refused(target + ": found no directory to put it in");
    }
    long room = Files.getFileStore(parent).getUsableSpace();
    if (room < needed) {
      throw CommandException.refused(
          target
              + ": found "
              + Amount.bytes(room)
              + " of room, expected "
              + Amount.bytes(needed)
              + "; name a --to on another disk");
    }
  }

  private LogRepair.Result copy(LogView view, Path source, Path target)
      throws IOException, ConfigException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new WorkProgress(spec.commandLine().getErr(), terminal, "repair");
    GatewayConfig config = place.config(drivers);
    int segmentBytes =
        config == null
            ? OutboxOptions.defaults(source).segmentBytes()
            : config.outbox().segmentBytes();
    List<Damage> damage = new ArrayList<>();
    try {
      return OutboxRepair.copy(
          view,
          source,
          target,
          segmentBytes,
          new LogVisitor() {
            @Override
            public boolean record(StoredRecord record, long wallMillis) {
              return true;
            }

            @Override
            public void damage(Damage found) {
              damage.add(found);
            }

            @Override
            public void progress(long bytes, long all) {
              progress.at(bytes, all);
            }
          });
    } finally {
      progress.end();
      damage.forEach(each -> out.println("found: " + DamageText.words(each)));
    }
  }

  private void tell(LogRepair.Result result, Path target) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "copied "
            + Amount.of(result.records(), "record")
            + " with "
            + Amount.of(result.readings(), "reading")
            + " and "
            + Amount.of(result.cursors(), "cursor")
            + " to "
            + target);
    if (result.salvaged() > 0) {
      out.println(
          Amount.of(result.salvaged(), "record")
              + " of them came from damaged files that the gateway no longer reads");
    }
    for (Loss loss : result.lost()) {
      out.println(
          "lost: seqs "
              + Amount.range(loss.first(), loss.last())
              + (loss.uplink().isEmpty() ? "" : " for uplink " + loss.uplink())
              + "; a gap says so");
    }
    if (result.lost().isEmpty()) {
      out.println("lost: nothing that an uplink waits for");
    }
    out.flush();
  }

  /** The old one keeps its lock, so that nobody begins in between. */
  private void swap(Path source, Path target) throws CommandException {
    Path kept = sibling(source, ".before-repair");
    PrintWriter out = spec.commandLine().getOut();
    try {
      Files.move(source, kept);
    } catch (IOException e) {
      throw CommandException.failed(
          source
              + " cannot be renamed ("
              + e
              + "); it is as it was, and the whole copy is in "
              + target);
    }
    try {
      Files.move(target, source);
    } catch (IOException e) {
      throw CommandException.failed(
          target + " cannot be renamed to " + source + " (" + e + "); the old one is in " + kept);
    }
    out.println("replaced " + source + "; what was there is in " + kept);
    out.flush();
  }
}
