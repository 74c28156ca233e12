package dev.sluice.gateway.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * An event as text: {@code 2026-01-01T12:00:00.000Z WARN LineVerticle line down line=bus-a
 * reason="no route"}. Exceptions are one more value, and a trace below it where somebody has to
 * find a fault: at ERROR and below INFO.
 */
final class LogLine {

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
  private static final int MAX_VALUE = 2000;

  private LogLine() {}

  /**
   * The line with its line end.
   *
   * @param suppressed how many like it were not written before; 0 for none
   */
  static String of(ILoggingEvent event, long suppressed) {
    var out = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), out);
    out.append(' ').append(event.getLevel()).append(' ');
    String logger = event.getLoggerName();
    out.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(' ');
    escape(event.getFormattedMessage(), false, out);
    List<KeyValuePair> values = event.getKeyValuePairs();
    if (values != null) {
      values.forEach(pair -> value(pair.key, String.valueOf(pair.value), out));
    }
    if (suppressed > 0) {
      value("suppressed", Long.toString(suppressed), out);
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      value("error", summary(thrown), out);
      IThrowableProxy root = thrown;
      for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
        root = root.getCause();
      }
      if (root != thrown) {
        value("cause", summary(root), out);
      }
      if (event.getLevel() == Level.ERROR || !event.getLevel().isGreaterOrEqual(Level.INFO)) {
        out.append('\n').append(ThrowableProxyUtil.asString(thrown).stripTrailing());
      }
    }
    return out.append('\n').toString();
  }

  private static String summary(IThrowableProxy thrown) {
    String name = thrown.getClassName();
    String shortName = name.substring(name.lastIndexOf('.') + 1);
    return thrown.getMessage() == null ? shortName : shortName + ": " + thrown.getMessage();
  }

  private static void value(String key, String value, StringBuilder out) {
    out.append(' ').append(key).append('=');
    boolean plain = !value.isEmpty();
    for (int i = 0; plain && i < value.length(); i++) {
      char c = value.charAt(i);
      plain = c > ' ' && c != '"' && c != '=' && c != '\\' && !Character.isISOControl(c);
    }
    if (plain) {
      escape(value, false, out);
    } else {
      out.append('"');
      escape(value, true, out);
      out.append('"');
    }
  }

  /** Nothing that somebody sends can start a new line or move the cursor of a terminal. */
  private static void escape(String text, boolean quoted, StringBuilder out) {
    for (int i = 0; i < text.length() && i < MAX_VALUE; i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        out.append("\\n");
      } else if (quoted && (c == '"' || c == '\\')) {
        out.append('\\').append(c);
      } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    if (text.length() > MAX_VALUE) {
      out.append('…');
    }
  }
}
