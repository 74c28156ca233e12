package dev.sluice.gateway.acquire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Asks the system whether its clock is synchronized: the file that systemd-timesyncd touches, then
 * timedatectl (which reads the kernel's state, whoever set it), then chrony. Blocks for up to a few
 * seconds.
 */
final class ClockSync {

  private static final Path TIMESYNCD = Path.of("/run/systemd/timesync/synchronized");
  private static final long ANSWER_SECONDS = 2;
  private static final int ANSWER_BYTES = 4096;

  boolean isSynchronized() {
    return Files.exists(TIMESYNCD)
        || answer("timedatectl", "show", "-p", "NTPSynchronized", "--value").equals("yes")
        || answer("chronyc", "-c", "tracking").endsWith(",Normal");
  }

  /** What a command prints; empty if it is not there, fails, or takes too long. */
  private static String answer(String... command) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return ""; // not installed: nothing is known, which is an answer
    }
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        return "";
      }
      return new String(out.readNBytes(ANSWER_BYTES), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      process.destroyForcibly();
    }
  }
}
