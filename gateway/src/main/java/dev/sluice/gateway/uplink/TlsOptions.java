package dev.sluice.gateway.uplink;

import dev.sluice.driver.SettingsProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PEM files for TLS. They are read again at each connection attempt, so that a renewed certificate
 * is used without a restart.
 *
 * @param ca who is trusted; null for those that the Java runtime trusts
 * @param certificate of this gateway with its chain; null for none; goes with the key
 * @param key of that certificate, PKCS #8 or PKCS #1, not encrypted
 */
public record TlsOptions(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {

  private static final long MAX_BYTES = 1 << 20;

  /** Nothing but what the Java runtime trusts. */
  public static final TlsOptions DEFAULTS = new TlsOptions(null, null, null);

  /**
   * Looks at the files as they are now; blocks. For a check before the start: a file that is wrong
   * later only makes an attempt fail.
   *
   * @return what is wrong, with paths {@code ca}, {@code certificate}, {@code key}
   */
  public List<SettingsProblem> checkFiles() {
    var problems = new ArrayList<SettingsProblem>();
    checkFile("ca", ca, "BEGIN CERTIFICATE", problems);
    checkFile("certificate", certificate, "BEGIN CERTIFICATE", problems);
    checkFile("key", key, "PRIVATE KEY", problems);
    return List.copyOf(problems);
  }

  private static void checkFile(
      String path, @Nullable Path file, String mark, List<SettingsProblem> problems) {
    if (file == null) {
      return;
    }
    String expected = "a readable PEM file with -----" + mark + "-----";
    try {
      if (Files.size(file) > MAX_BYTES) {
        problems.add(new SettingsProblem(path, file + " of more than 1 MiB", expected, ""));
      } else if (!Files.readString(file, StandardCharsets.ISO_8859_1).contains(mark)) {
        problems.add(new SettingsProblem(path, file + " without it", expected, ""));
      }
    } catch (IOException e) {
      problems.add(
          new SettingsProblem(
              path,
              file + " (" + e.getClass().getSimpleName() + ")",
              expected,
              "does the file exist, and may the user of the gateway read it?"));
    }
  }
}
