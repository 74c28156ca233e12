package dev.sluice.gateway.uplink.credential;

import dev.sluice.driver.SettingsProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file that others may neither read nor write; blocks. */
public final class SecretFile {

  private SecretFile() {}

  /**
   * Whether others can read or write it. Links are followed. A file that is not there, or lies on a
   * file system without modes, is not complained of here.
   *
   * @param path of the key that names the file
   * @return what is wrong, or null
   */
  public static @Nullable SettingsProblem exposed(String path, Path file) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      boolean open =
          mode.contains(PosixFilePermission.OTHERS_READ)
              || mode.contains(PosixFilePermission.OTHERS_WRITE);
      return open
          ? new SettingsProblem(
              path,
              file + " of mode " + octal(mode) + ", which everybody on this machine may use",
              "mode 0600 or 0640",
              "chmod o-rwx " + file)
          : null;
    } catch (IOException | UnsupportedOperationException e) {
      return null; // who reads it finds out what is wrong
    }
  }

  /**
   * The content.
   *
   * @param max bytes; more are an error
   */
  public static byte[] read(Path file, int max) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new IOException("more than " + (max >> 10) + " KiB");
      }
      return bytes;
    }
  }

  private static String octal(Set<PosixFilePermission> mode) {
    String letters = PosixFilePermissions.toString(mode);
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      bits = bits << 1 | (letters.charAt(i) == '-' ? 0 : 1);
    }
    return String.format(Locale.ROOT, "%04o", bits);
  }
}
