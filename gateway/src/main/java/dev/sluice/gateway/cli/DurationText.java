package dev.sluice.gateway.cli;

import dev.sluice.gateway.config.Units;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration on the command line, written as in the configuration. */
final class DurationText implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    try {
      Duration duration = Units.duration(text);
      if (duration.isZero()) {
        throw new TypeConversionException("found 0, expected a duration longer than that");
      }
      return duration;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
