package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.outbox.log.Damage;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.LogVisitor;
import dev.sluice.gateway.outbox.log.StoredRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongPredicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice outbox export}. */
@Command(
    name = "export",
    description = {
      "Writes the records of an outbox into a file that can be carried away and imported.",
      "Lines of JSON; compressed with zstd when the name ends with .zst; - for standard output.",
      "They are in plain, also when the outbox is encrypted."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice outbox export --directory /var/lib/sluice/outbox --uplink cloud backlog.jsonl.zst",
      "  sluice outbox export --directory outbox - | head",
      "",
      "Exit codes: 0 done, 1 some of it is damaged or the file cannot be written, 2 bad arguments."
    })
final class OutboxExportCommand implements Callable<Integer> {

  private final DriverCatalog drivers;
  private final boolean terminal;

  @Mixin private OutboxPlace place = new OutboxPlace();
  @Mixin private OutboxSelection selection = new OutboxSelection();

  @Parameters(paramLabel = "FILE", description = "Where to; - for standard output.")
  private String file = "-";

  @Option(names = "--force", description = "Replace FILE when it is there.")
  private boolean force;

  @Spec private CommandSpec spec = CommandSpec.create();

  OutboxExportCommand(DriverCatalog drivers, boolean terminal) {
    this.drivers = drivers;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandException, ConfigException {
    if (!file.equals("-") && !force && Files.exists(Path.of(file))) {
      throw CommandException.refused(file + ": found a file, expected none; --force replaces it");
    }
    try (LogView view = place.look(drivers, spec.commandLine().getErr())) {
      return export(view);
    } catch (IOException e) {
      throw OutboxPlace.refused(place.directory(drivers), e);
    }
  }

  private int export(LogView view) throws CommandException, IOException {
    PrintWriter err = spec.commandLine().getErr();
    LongPredicate wanted = selection.wanted(view);
    long from = selection.from();
    String stream = view.survey().stream();
    var progress = new WorkProgress(err, terminal, "export");
    try (ExportWriter writer = writer()) {
      var walk = new Walk(writer, wanted, progress);
      walk.begin(stream);
      view.walk(from, selection.to(), walk);
      walk.end();
      progress.end();
      err.println(
          "sluice: exported "
              + Amount.of(writer.records(), "record")
              + " with "
              + Amount.of(writer.readings(), "reading")
              + " of stream "
              + stream
              + (walk.damaged ? "; what is damaged is not in it" : ""));
      err.flush();
      return walk.damaged ? Cli.FAILED : Cli.OK;
    } catch (WriteFailure e) {
      throw CommandException.failed(
          file + ": cannot be written: " + e.getMessage() + "; nothing of it is left");
    } finally {
      progress.end();
    }
  }

  private ExportWriter writer() throws WriteFailure {
    if (file.equals("-")) {
      PrintWriter out = spec.commandLine().getOut();
      return ExportWriter.to(
          line -> {
            out.println(line);
            if (out.checkError()) {
              throw new WriteFailure(new IOException("nobody reads standard output any more"));
            }
          });
    }
    try {
      return ExportWriter.toFile(Path.of(file));
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  /** The file, not the outbox, is what failed. */
  private static final class WriteFailure extends IOException {
    private static final long serialVersionUID = 1L;

    WriteFailure(IOException cause) {
      super(
          cause instanceof java.nio.file.FileSystemException system && system.getReason() != null
              ? system.getReason()
              : cause instanceof java.nio.file.NoSuchFileException
                  ? "no such directory"
                  : String.valueOf(cause.getMessage()),
          cause);
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void writing(Step step) throws WriteFailure {
    try {
      step.run();
    } catch (WriteFailure e) {
      throw e;
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  private final class Walk implements LogVisitor {

    private final ExportWriter writer;
    private final LongPredicate wanted;
    private final WorkProgress progress;
    private boolean damaged;

    Walk(ExportWriter writer, LongPredicate wanted, WorkProgress progress) {
      this.writer = writer;
      this.wanted = wanted;
      this.progress = progress;
    }

    void begin(String stream) throws WriteFailure {
      writing(() -> writer.begin(stream, selection.uplink()));
    }

    void end() throws WriteFailure {
      writing(writer::end);
    }

    @Override
    public boolean record(StoredRecord record, long wallMillis) throws WriteFailure {
      if (wanted.test(record.seq())) {
        writing(() -> writer.record(record, wallMillis));
      }
      return true;
    }

    @Override
    public void damage(Damage damage) {
      damaged = true;
      spec.commandLine().getErr().println("sluice: " + DamageText.words(damage));
    }

    @Override
    public void progress(long bytes, long all) {
      progress.at(bytes, all);
    }
  }
}
