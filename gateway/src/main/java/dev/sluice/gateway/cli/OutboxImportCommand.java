package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.ClockOptions;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.acquire.SystemClock;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.outbox.OutboxImport;
import dev.sluice.gateway.outbox.OutboxOptions;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.NoLogException;
import dev.sluice.gateway.outbox.log.StoredRecord;
import dev.sluice.gateway.outbox.log.Survey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice outbox import}. */
@Command(
    name = "import",
    description = {
      "Appends exported records to the outbox of a gateway that is stopped. They get new seqs in",
      "its stream: who had them already gets them again and knows them by device, point and time.",
      "Gaps are not imported: they name seqs of the other stream.",
      "All of the file is checked first; when anything is wrong with it, nothing is imported."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: sluice outbox import --config /etc/sluice/sluice.yaml backlog.jsonl.zst",
      "",
      "Exit codes: 0 done, 1 failed on the way (it is told how far), 2 bad file or arguments."
    })
final class OutboxImportCommand implements Callable<Integer> {

  /** Without a configuration nothing is to be forced out; the gateway applies its own bound. */
  private static final Duration ANY_AGE = Duration.ofDays(36_500);

  private static final int PAGE = 4096;

  private final DriverCatalog drivers;
  private final boolean terminal;

  @Mixin private OutboxPlace place = new OutboxPlace();

  @Parameters(paramLabel = "FILE", description = "What sluice outbox export wrote.")
  private Path file = Path.of("-");

  @Option(names = "--create", description = "Make the outbox when there is none.")
  private boolean create;

  @Spec private CommandSpec spec = CommandSpec.create();

  private long gaps;
  private long wanted;
  private long bytes;

  OutboxImportCommand(DriverCatalog drivers, boolean terminal) {
    this.drivers = drivers;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandException, ConfigException {
    Path directory = place.directory(drivers);
    OutboxOptions options = options(directory);
    ExportReader.Total total = check(options);
    try {
      needRoom(directory, options);
      return append(directory, options, total);
    } catch (IOException e) {
      throw OutboxPlace.refused(directory, e);
    }
  }

  private OutboxOptions options(Path directory) throws ConfigException {
    GatewayConfig config = place.config(drivers);
    if (config != null) {
      return config.outbox();
    }
    OutboxOptions usual = OutboxOptions.defaults(directory);
    return new OutboxOptions(
        directory,
        Long.MAX_VALUE,
        ANY_AGE,
        usual.commitWindow(),
        usual.segmentBytes(),
        usual.cursorSync());
  }

  private ExportReader.Total check(OutboxOptions options) throws CommandException {
    var progress = new WorkProgress(spec.commandLine().getErr(), terminal, "check");
    var text = new OutboxRecordText("");
    try {
      return new ExportReader(file, progress)
          .read(
              (record, kind) -> {
                if (record.payload().length > options.maxPayload()) {
                  throw new ExportReader.BadLine(
                      "found a record of "
                          + record.payload().length
                          + " bytes, expected at most "
                          + options.maxPayload());
                }
                needReadable(record, text);
                if (kind == RecordKind.GAP) {
                  gaps++;
                } else {
                  wanted++;
                  bytes += record.payload().length + PAGE;
                }
              });
    } catch (NoSuchFileException e) {
      throw CommandException.refused(file + ": found no such file, expected an export");
    } catch (IOException e) {
      throw CommandException.refused(file + ": cannot be read: " + e.getMessage());
    } finally {
      progress.end();
    }
  }

  private static void needReadable(StoredRecord record, OutboxRecordText text)
      throws ExportReader.BadLine {
    try {
      if (!text.isReadable(record)) {
        throw new ExportReader.BadLine("found a kind that this version does not know");
      }
    } catch (DecodeException e) {
      throw new ExportReader.BadLine("found a payload that is " + e.getMessage());
    }
  }

  /** The oldest records must not be forced out to make room for these. */
  private void needRoom(Path directory, OutboxOptions options)
      throws CommandException, IOException {
    long there = 0;
    try (LogView view = LogView.openAlone(directory, FileOps.DISK, options.keys())) {
      Survey survey = view.survey();
      OutboxPlace.needKeys(survey, "");
      there = survey.segments().stream().mapToLong(Survey.SegmentPart::allocated).sum();
    } catch (NoLogException | NoSuchFileException e) {
      if (!create) {
        throw e;
      }
    }
    long needed = there + bytes + 3L * options.segmentBytes();
    if (needed > options.maxBytes()) {
      throw CommandException.refused(
          "found "
              + Amount.bytes(there)
              + " in the outbox and about "
              + Amount.bytes(bytes)
              + " to import; with outbox.maxBytes "
              + Amount.bytes(options.maxBytes())
              + " the oldest records would be forced out; nothing was imported");
    }
    Path at = Files.isDirectory(directory) ? directory : directory.toAbsolutePath().getParent();
    long room = at == null || !Files.isDirectory(at) ? 0 : Files.getFileStore(at).getUsableSpace();
    if (room < bytes + options.segmentBytes()) {
      throw CommandException.refused(
          directory
              + ": found "
              + Amount.bytes(room)
              + " of room on its disk, expected "
              + Amount.bytes(bytes + options.segmentBytes())
              + "; nothing was imported");
    }
  }

  private int append(Path directory, OutboxOptions options, ExportReader.Total total)
      throws CommandException, ConfigException, IOException {
    GatewayConfig config = place.config(drivers);
    var clock = new SystemClock(config == null ? ClockOptions.DEFAULTS : config.clock());
    PrintWriter out = spec.commandLine().getOut();
    var progress = new WorkProgress(spec.commandLine().getErr(), terminal, "import");
    try (OutboxImport outbox = OutboxImport.open(options, clock)) {
      long first = outbox.next();
      try {
        new ExportReader(file, progress)
            .read(
                (record, kind) -> {
                  if (kind != RecordKind.GAP) {
                    outbox.append(kind, record.readings(), record.payload());
                  }
                });
        outbox.flush();
      } catch (IOException e) {
        throw CommandException.failed(
            "failed after "
                + outbox.appended()
                + " of "
                + Amount.of(wanted, "record")
                + ": "
                + e.getMessage()
                + "; these are durable, and importing the file again would send them twice");
      } finally {
        progress.end();
      }
      tell(out, total, outbox, first);
    }
    Ownership.give(directory, directory);
    return Cli.OK;
  }

  private void tell(PrintWriter out, ExportReader.Total total, OutboxImport outbox, long first) {
    out.println(
        "imported "
            + Amount.of(wanted, "record")
            + " of stream "
            + total.stream()
            + (wanted == 0
                ? ""
                : " as seqs "
                    + Amount.range(first, outbox.next() - 1)
                    + " of stream "
                    + outbox.stream()));
    if (gaps > 0) {
      out.println(Amount.of(gaps, "gap") + " not imported: what they name are seqs of that stream");
    }
    if (outbox.stream().equals(total.stream())) {
      out.println(
          "that is the stream of this outbox: uplinks that had these records get them twice");
    }
    out.println(
        outbox.uplinks().isEmpty()
            ? "no uplink has a cursor here: one that begins at the oldest record gets them"
            : "for " + String.join(", ", outbox.uplinks()));
    out.flush();
  }
}
