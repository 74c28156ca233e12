package dev.sluice.gateway.cli;

import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.config.ConfigException;
import dev.sluice.gateway.config.ConfigLimits;
import dev.sluice.gateway.config.ConfigLoader;
import dev.sluice.gateway.config.GatewayConfig;
import dev.sluice.gateway.outbox.log.DirectoryLockedException;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.LogView;
import dev.sluice.gateway.outbox.log.NewerFormatException;
import dev.sluice.gateway.outbox.log.NoLogException;
import dev.sluice.gateway.outbox.log.Survey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which outbox a command is about, as its options say. */
final class OutboxPlace {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration, which says where the outbox is, and its keys.")
  private @Nullable Path config;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "The directory of the outbox; of what is encrypted only headers are read.")
  private @Nullable Path directory;

  /** The configuration, when one was named. */
  @Nullable GatewayConfig config(DriverCatalog drivers) throws ConfigException {
    return config == null
        ? null
        : new ConfigLoader(drivers.drivers(), ConfigLimits.DEFAULTS).loadForOutbox(config).config();
  }

  Path directory(DriverCatalog drivers) throws CommandException, ConfigException {
    GatewayConfig loaded = config(drivers);
    if (directory != null && loaded == null) {
      return directory;
    }
    if (directory == null && loaded != null) {
      return loaded.outbox().directory();
    }
    throw CommandException.refused(
        "found "
            + (loaded == null ? "neither --config nor --directory" : "--config and --directory")
            + ", expected one of them");
  }

  /** Those of the configuration; none when only a directory was named. */
  private Keys keys(DriverCatalog drivers) throws ConfigException {
    GatewayConfig loaded = config(drivers);
    return loaded == null ? Keys.NONE : loaded.outbox().keys();
  }

  /** What is to be written needs all keys: without one what it opens would be given up. */
  static void needKeys(Survey survey, String instead) throws CommandException {
    String missing = MissingKeys.of(survey);
    if (!missing.isEmpty()) {
      throw CommandException.refused(
          "found "
              + missing
              + ", expected a --config whose outbox.encryption has the key"
              + instead
              + "; nothing was changed");
    }
  }

  /** To look at; says on standard error when somebody writes to it. */
  LogView look(DriverCatalog drivers, PrintWriter err) throws CommandException, ConfigException {
    Path where = directory(drivers);
    try {
      LogView view = LogView.open(where, FileOps.DISK, keys(drivers));
      if (view.isLive()) {
        err.println("sluice: " + liveness(view.holder()) + "; this is a snapshot");
        err.flush();
      }
      return view;
    } catch (IOException e) {
      throw refused(where, e);
    }
  }

  /** To change it: nobody else may have it. */
  LogView alone(DriverCatalog drivers) throws CommandException, ConfigException {
    Path where = directory(drivers);
    try {
      return LogView.openAlone(where, FileOps.DISK, keys(drivers));
    } catch (IOException e) {
      throw refused(where, e);
    }
  }

  private static String liveness(String holder) {
    if (holder.startsWith("process ")) {
      return "the gateway with pid " + holder.substring("process ".length()) + " is running";
    }
    return holder.startsWith("unknown")
        ? "cannot take the lock, so a gateway may be running (" + holder + ")"
        : "a gateway (" + holder + ") is running";
  }

  /** What is wrong with a directory, in words. */
  static CommandException refused(Path where, IOException e) {
    if (e instanceof DirectoryLockedException locked) {
      return CommandException.refused(
          where + ": " + liveness(locked.holder()) + "; stop it first, nothing was changed");
    }
    if (e instanceof NewerFormatException) {
      return CommandException.refused(e.getMessage() + "; nothing was changed");
    }
    if (e instanceof NoLogException) {
      return CommandException.refused(String.valueOf(e.getMessage()));
    }
    if (e instanceof NoSuchFileException) {
      return CommandException.refused(where + ": found no such directory, expected an outbox");
    }
    if (e instanceof NotDirectoryException) {
      return CommandException.refused(
          where + ": found a file, expected the directory of an outbox");
    }
    if (e instanceof AccessDeniedException denied) {
      return CommandException.refused(
          denied.getFile() + ": found no permission to read it; run as the user of the gateway");
    }
    return CommandException.refused(where + ": cannot be read: " + e);
  }
}
