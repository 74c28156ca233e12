package dev.sluice.gateway.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sets up logging, found by Logback itself at the first log call: one line per event on standard
 * error. The environment variable {@code SLUICE_LOG} says from which level on: {@code error},
 * {@code warn}, {@code info} (default), {@code debug} for the gateway's own, {@code trace} for
 * everything.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LoggingSetup extends ContextAwareBase implements Configurator {

  private static final String VARIABLE = "SLUICE_LOG";

  /** Read by {@link java.util.ServiceLoader}. */
  public LoggingSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    String word = System.getenv(VARIABLE);
    Level level = level(word);
    var output = new LogOutput(new FileOutputStream(FileDescriptor.err));
    Runtime.getRuntime().addShutdownHook(new Thread(output::direct, "sluice-log-flush"));
    var appender = new LogAppender(output, new RepeatLimit(System.nanoTime()));
    appender.setContext(context);
    appender.setName("stderr");
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    Level others = level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO;
    root.setLevel(level == Level.TRACE ? Level.DEBUG : others);
    context.getLogger("dev.sluice").setLevel(level);
    // It logs each failed attempt with a stack trace; the uplink says it in words. Never on debug:
    // there it shows whole packets, with user name and password.
    context.getLogger("io.vertx.mqtt").setLevel(level == Level.TRACE ? Level.INFO : Level.OFF);
    // It tells about keywords of its own samples and the like; what matters it throws.
    context.getLogger("com.networknt.schema").setLevel(Level.ERROR);
    JulBridge.install();
    if (word != null && !word.equalsIgnoreCase(level.toString())) {
      context
          .getLogger(LoggingSetup.class)
          .atWarn()
          .addKeyValue("found", word)
          .addKeyValue("expected", "error, warn, info, debug or trace")
          .log("unknown level in {}", VARIABLE);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Level level(@Nullable String word) {
    return Level.toLevel(word == null ? "" : word.trim().toUpperCase(Locale.ROOT), Level.INFO);
  }
}
