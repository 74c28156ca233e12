package dev.sluice.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "decode",
    description = {
      "Prints a payload as JSON: a message as it was sent (JSON, plain or zstd; several in a row",
      "when plain), or a record as it was stored. Finds out by itself which it is."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sluice decode message.zst",
      "  mosquitto_sub -t 'site/plant-7/readings/zstd' -C 1 -N | sluice decode"
    })
final class DecodeCommand implements Callable<Integer> {

  private static final int MAX_INPUT = 64 << 20;

  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "-",
      paramLabel = "FILE",
      description = "A file, or - for standard input, which is the default.")
  private String file = "-";

  DecodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException {
    terminal.out().println(PayloadJson.of(read()));
    terminal.out().flush();
    return Cli.OK;
  }

  private byte[] read() throws CliException {
    String name = file.equals("-") ? "standard input" : file;
    try (InputStream in =
        file.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MAX_INPUT + 1);
      if (bytes.length > MAX_INPUT) {
        throw new CliException(name + ": found more than 64 MiB, expected one payload");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new CliException(name + ": no such file");
    } catch (AccessDeniedException e) {
      throw new CliException(name + ": may not be read");
    } catch (IOException e) {
      throw new CliException(name + ": cannot be read: " + e.getMessage());
    }
  }
}
