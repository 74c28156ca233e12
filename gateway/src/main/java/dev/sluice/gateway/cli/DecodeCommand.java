package dev.sluice.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice decode}. */
@Command(
    name = "decode",
    description = {
      "Prints a payload as JSON: one that was sent (JSON or CBOR, plain, gzip or zstd)",
      "or a record as the outbox stores it (readings, device state, gap)."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice decode payload.bin",
      "  mosquitto_sub -C 1 -t 'site/+/readings/zstd' -N | sluice decode"
    })
final class DecodeCommand implements Callable<Integer> {

  /** More than any payload; a file that was meant for something else is not read into memory. */
  private static final int MAX_BYTES = 16 << 20;

  private final InputStream standardInput;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "-",
      description = "The payload; - or nothing for standard input.")
  private String file = "-";

  @Spec private CommandSpec spec = CommandSpec.create();

  DecodeCommand(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  @Override
  public Integer call() throws DecodeException {
    spec.commandLine().getOut().println(new PayloadDecoder().decode(read()));
    spec.commandLine().getOut().flush();
    return Cli.OK;
  }

  private byte[] read() throws DecodeException {
    try (InputStream in = file.equals("-") ? standardInput : Files.newInputStream(Path.of(file))) {
      byte[] payload = in.readNBytes(MAX_BYTES + 1);
      if (payload.length > MAX_BYTES) {
        throw new DecodeException(name() + ": more than " + MAX_BYTES + " bytes, so no payload");
      }
      if (payload.length == 0) {
        throw new DecodeException(name() + ": found nothing, expected a payload");
      }
      return payload;
    } catch (NoSuchFileException e) {
      throw new DecodeException(name() + ": found no such file, expected a payload");
    } catch (IOException e) {
      throw new DecodeException(name() + ": cannot be read: " + e.getMessage());
    }
  }

  private String name() {
    return file.equals("-") ? "standard input" : file;
  }
}
