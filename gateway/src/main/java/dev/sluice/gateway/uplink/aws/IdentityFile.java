package dev.sluice.gateway.uplink.aws;

import dev.sluice.driver.SettingsProblem;
import dev.sluice.gateway.uplink.credential.SecretFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the identity is kept, mode 0600: written beside, forced to disk, renamed, the directory
 * forced. Blocks.
 */
final class IdentityFile {

  private final Path file;

  IdentityFile(Path file) {
    this.file = file;
  }

  /**
   * What is there.
   *
   * @return null when nothing is
   * @throws IOException also if it is no such file, or others may read it: it is not written over
   */
  @Nullable OwnIdentity load() throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return null;
    }
    SettingsProblem exposed = SecretFile.exposed("provisioning", file);
    if (exposed != null) {
      throw new IOException(exposed.found() + "; " + exposed.hint());
    }
    OwnIdentity found = OwnIdentity.of(text);
    if (found == null) {
      throw new IOException(file + " holds no key with a certificate; remove it to begin anew");
    }
    return found;
  }

  void store(OwnIdentity identity) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(fresh);
    try (FileChannel out =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(identity.file().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (directory != null) {
      try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
        folder.force(true);
      }
    }
  }

  /** The certificate in it can never be used: its token was refused. */
  void remove() throws IOException {
    Files.deleteIfExists(file);
  }
}
