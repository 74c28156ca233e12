package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import dev.sluice.gateway.uplink.credential.SecretFile;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server gave this gateway to log in with: its answer as it came, in a file that only the
 * gateway may read. Blocks.
 */
final class LoginFile {

  private static final int MOST = 64 << 10;

  private final @Nullable Path file;

  /**
   * Touches nothing yet.
   *
   * @param file null for nowhere: it is asked for again after each restart, and then refused
   */
  LoginFile(@Nullable Path file) {
    this.file = file;
  }

  /**
   * Reads it.
   *
   * @return null when there is none
   * @throws IOException if there is one that cannot be used; says why
   */
  @Nullable Map<String, Object> read() throws IOException {
    Path from = file;
    if (from == null) {
      return null;
    }
    try (InputStream in = Files.newInputStream(from)) {
      SettingsProblem exposed = SecretFile.exposed("", from);
      if (exposed != null) {
        throw new IOException(exposed.found() + "; " + exposed.hint());
      }
      return Documents.read(Buffer.buffer(in.readNBytes(MOST)), Wishes.DEPTH);
    } catch (NoSuchFileException e) {
      return null;
    } catch (DocumentException e) {
      throw new IOException(file + " is no answer of a server: " + e.getMessage(), e);
    }
  }

  /** Writes it: a fresh file of mode 0600, forced, put in the place of the old one. */
  void write(Buffer answer) throws IOException {
    Path to = file;
    if (to == null) {
      throw new IOException("there is no directory for it");
    }
    Path directory = to.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path fresh = to.resolveSibling(to.getFileName() + ".tmp");
    Files.deleteIfExists(fresh);
    try (FileChannel out =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (directory != null) {
      try (FileChannel itself = FileChannel.open(directory, StandardOpenOption.READ)) {
        itself.force(true);
      }
    }
  }

  @Override
  public String toString() {
    return String.valueOf(file);
  }
}
