package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which configuration of each device was carried out last: the platform sends it again at every
 * subscription. Kept over restarts; a disk that fails costs no more than that one is carried out
 * again. On the context of the uplink but for {@link #load} and the writing.
 */
final class Applied {

  private static final Logger LOG = LoggerFactory.getLogger(Applied.class);

  private static final int MOST = 2_000;

  /**
   * One of them.
   *
   * @param print of its bytes
   * @param version that it said; -1 when it said none
   */
  record Config(String print, long version) {}

  private final @Nullable Path file;
  private final Map<String, Config> configs = new LinkedHashMap<>();
  private boolean loaded;
  private boolean writing;
  private boolean dirty;

  Applied(@Nullable Path file) {
    this.file = file;
  }

  /** Reads the file, once; blocks. Nobody else uses this object meanwhile. */
  void load() {
    if (loaded || file == null) {
      return;
    }
    loaded = true;
    try {
      Documents.read(Buffer.buffer(Files.readAllBytes(file)), 3)
          .forEach(
              (id, value) -> {
                if (value instanceof Map<?, ?> map
                    && map.get("print") instanceof String print
                    && map.get("version") instanceof BigDecimal version) {
                  configs.put(id, new Config(print, version.longValue()));
                }
              });
    } catch (NoSuchFileException e) {
      return; // the first start
    } catch (IOException | DocumentException e) {
      tell(file, e);
    }
  }

  @Nullable Config of(String id) {
    return configs.get(id);
  }

  /** It was carried out. */
  void put(String id, Config config, Context context) {
    configs.remove(id);
    configs.put(id, config);
    if (configs.size() > MOST) {
      configs.remove(configs.keySet().iterator().next());
    }
    dirty = true;
    write(context);
  }

  private void write(Context context) {
    Path to = file;
    if (to == null || writing || !dirty) {
      return;
    }
    writing = true;
    dirty = false;
    var document = new LinkedHashMap<String, Object>();
    configs.forEach(
        (id, config) ->
            document.put(id, Map.of("print", config.print(), "version", config.version())));
    byte[] bytes = Documents.write(document).getBytes();
    context
        .executeBlocking(
            () -> {
              store(to, bytes);
              return to;
            },
            false)
        .onFailure(error -> tell(to, error))
        .onComplete(
            ignored -> {
              writing = false;
              write(context);
            });
  }

  private static void store(Path file, byte[] bytes) throws IOException {
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
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        out.write(left);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void tell(Path file, Throwable error) {
    LOG.atWarn()
        .addKeyValue("file", file)
        .addKeyValue("reason", error.toString())
        .log("not known which configuration was carried out; it may be once more");
  }
}
