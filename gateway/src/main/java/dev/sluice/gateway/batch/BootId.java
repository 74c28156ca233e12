package dev.sluice.gateway.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which boot of the machine this is: monotonic times of one boot can be compared. */
final class BootId {

  private static final Logger LOG = LoggerFactory.getLogger(BootId.class);
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  // Where the system does not tell: one per process, as its monotonic clock may start with it.
  private static final String OF_PROCESS = UUID.randomUUID().toString();

  private BootId() {}

  /** Reads it; blocks for a moment. */
  static String read() {
    try {
      String id = Files.readString(FILE).strip();
      return id.isEmpty() ? OF_PROCESS : id;
    } catch (IOException e) {
      LOG.atInfo().addKeyValue("file", FILE).addKeyValue("cause", e).log("no boot id");
      return OF_PROCESS;
    }
  }
}
