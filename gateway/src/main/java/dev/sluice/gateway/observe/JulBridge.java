package dev.sluice.gateway.observe;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Passes what libraries say through {@code java.util.logging} on to the one log. */
final class JulBridge extends Handler {

  private final Formatter formatter = new SimpleFormatter();

  private JulBridge() {}

  /** Replaces what the root logger of {@code java.util.logging} writes to. */
  static void install() {
    Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new JulBridge());
  }

  @Override
  public void publish(LogRecord record) {
    String name = record.getLoggerName() == null ? "java.util.logging" : record.getLoggerName();
    LoggerFactory.getLogger(name)
        .atLevel(level(record.getLevel()))
        .setCause(record.getThrown())
        .log(formatter.formatMessage(record));
  }

  private static org.slf4j.event.Level level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return org.slf4j.event.Level.ERROR;
    } else if (value >= Level.WARNING.intValue()) {
      return org.slf4j.event.Level.WARN;
    }
    return value >= Level.INFO.intValue()
        ? org.slf4j.event.Level.INFO
        : org.slf4j.event.Level.DEBUG;
  }

  /** Each line is written as it comes. */
  @Override
  public void flush() {}

  /** There is nothing to give back. */
  @Override
  public void close() {}
}
