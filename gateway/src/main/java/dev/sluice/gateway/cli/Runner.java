package dev.sluice.gateway.cli;

import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.LoadedConfig;
import java.nio.file.Path;

/** Runs a gateway until it is told to stop. */
public interface Runner {

  /**
   * Called once, with a configuration that is valid.
   *
   * @param file where it came from, to read it again
   * @param loaded what stood there
   * @param loader to read it again with
   * @return the exit code
   */
  int run(Path file, LoadedConfig loaded, ConfigLoader loader);
}
