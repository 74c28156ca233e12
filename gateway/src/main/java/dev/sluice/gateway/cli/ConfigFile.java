package dev.sluice.gateway.cli;

import dev.sluice.driver.Driver;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.LoadedConfig;
import dev.sluice.gateway.config.Units;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The arguments that name a configuration. */
final class ConfigFile {

  private static final long MOST = 256L << 20;

  @Parameters(index = "0", paramLabel = "CONFIG", description = "The configuration, a YAML file.")
  private @Nullable Path file;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      converter = Size.class,
      description = "Refuse a larger file; 1MiB unless given, up to 256MiB.")
  private @Nullable Integer maxBytes;

  Path path() {
    if (file == null) {
      throw new IllegalStateException("BUG: arguments not parsed");
    }
    return file;
  }

  ConfigLoader loader(Collection<Driver> drivers) {
    ConfigLimits standard = ConfigLimits.DEFAULTS;
    if (maxBytes == null) {
      return new ConfigLoader(drivers, standard);
    }
    // Aliases may unfold a file as much as before.
    long factor = Math.max(1, maxBytes / standard.maxBytes());
    int values = (int) Math.min(Integer.MAX_VALUE, standard.maxValues() * factor);
    return new ConfigLoader(drivers, new ConfigLimits(maxBytes, values));
  }

  LoadedConfig load(ConfigLoader loader) throws ConfigException {
    return loader.load(path());
  }

  /** Asked for by picocli, which makes one. */
  static final class Size implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
      try {
        long bytes = Units.bytes(text);
        if (bytes > 0 && bytes <= MOST) {
          return (int) bytes;
        }
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
      throw new TypeConversionException("found " + text + ", expected 1B to 256MiB");
    }
  }
}
