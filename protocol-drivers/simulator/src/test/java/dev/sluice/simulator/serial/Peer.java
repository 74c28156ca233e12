package dev.sluice.simulator.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of somebody else, run to its end. */
record Peer(int code, String output) {

  private static final long SECONDS = 30;

  /** mbpoll on libmodbus: one poll, addresses as on the wire. */
  static Peer mbpoll(Path port, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("mbpoll", "-m", "rtu", "-b", "19200", "-P", "none", "-0", "-1", "-o", "2"));
    command.addAll(List.of(arguments));
    command.add(port.toString());
    return run(command);
  }

  /** The system's Python: pymodbus of the Debian package is made for that one. */
  static Peer pymodbus(Path port) throws Exception {
    return run(List.of("/usr/bin/python3", "src/test/python/rtu_client.py", port.toString()));
  }

  private static Peer run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      var output =
          CompletableFuture.supplyAsync(
              () -> {
                try (var in = process.getInputStream()) {
                  return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as(command.toString()).isTrue();
      return new Peer(process.exitValue(), output.get(SECONDS, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
  }
}
