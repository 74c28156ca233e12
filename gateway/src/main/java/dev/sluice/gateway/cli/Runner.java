package dev.sluice.gateway.cli;

import dev.sluice.gateway.config.LoadedConfig;
import java.nio.file.Path;

/** Runs a gateway until the process is told to stop. */
public interface Runner {

  /**
   * Runs it.
   *
   * @param file that the configuration came from, to be read again on SIGHUP
   * @return the exit code
   */
  int run(Path file, LoadedConfig config);
}
