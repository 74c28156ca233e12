package dev.sluice.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP reads the configuration again, whoever started the process and whenever it comes. */
class ReloadTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** As nohup does, and many a script: what is started inherits it. */
  private static final List<String> IGNORED =
      List.of(ChildProcess.locate("sh"), "-c", "trap '' HUP; exec \"$@\"", "sh");

  @TempDir Path directory;

  @Test
  void alsoWhereTheSignalArrivesIgnored() {
    Site site = new Site(directory);
    try (var server = LibmodbusServer.start(2)) {
      Path file = site.line("plc", server.port()).countingDevice("plc", 1, 2, "250ms").write();
      try (var gateway = Distribution.launch(site, file, IGNORED)) {
        gateway.awaitReady();
        gateway.process().signal("HUP");
        gateway.awaitLog("configuration unchanged", 0, LIMIT);
        site.countingDevice("plc", 2, 2, "250ms").write();
        gateway.process().signal("HUP");
        gateway.awaitLog("device up device=unit-2", 0, LIMIT);
        gateway.stopInOrder();
      }
    }
  }

  /** The warning is the first that it says, long before it is up. */
  @Test
  void alsoWhileItStarts() {
    Site site = new Site(directory);
    try (var server = LibmodbusServer.start(1)) {
      Path file = site.line("plc", server.port()).countingDevice("plc", 1, 2, "250ms").write();
      try (var gateway = Distribution.launch(site, file, List.of())) {
        gateway.awaitLog("found a timeout of 3s", 0, LIMIT);
        gateway.process().signal("HUP");
        gateway.awaitLog("configuration unchanged", 0, LIMIT);
        gateway.awaitReady();
        gateway.stopInOrder();
      }
    }
  }
}
