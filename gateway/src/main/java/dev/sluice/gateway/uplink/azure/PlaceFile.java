package dev.sluice.gateway.uplink.azure;

import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
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
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The place that a provisioning service gave, on disk, with what it was asked for. Blocks. Whole at
 * any moment: written beside, forced, renamed.
 */
final class PlaceFile {

  private static final int MOST_BYTES = 4_096;

  private final Path file;

  /** What was asked; a place that was given to another question is none. */
  private final Map<String, String> question;

  PlaceFile(Path file, String service, String idScope, String registration) {
    this.file = file;
    this.question = Map.of("service", service, "idScope", idScope, "registration", registration);
  }

  /** Null when there is none that fits. */
  @Nullable Place load() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Map<String, Object> found = Documents.read(Buffer.buffer(in.readNBytes(MOST_BYTES)), 1);
      boolean fits =
          question.entrySet().stream()
              .allMatch(entry -> entry.getValue().equals(found.get(entry.getKey())));
      return fits
              && found.get("hub") instanceof String hub
              && found.get("device") instanceof String id
          ? new Place(hub, id)
          : null;
    } catch (NoSuchFileException | DocumentException e) {
      return null; // the next answer makes it whole
    }
  }

  void store(Place place) throws IOException {
    var all = new TreeMap<String, Object>(question);
    all.put("hub", place.hub());
    all.put("device", place.device());
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(Documents.write(all).getBytes());
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
