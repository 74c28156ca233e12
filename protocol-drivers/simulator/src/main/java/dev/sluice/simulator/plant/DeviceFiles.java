package dev.sluice.simulator.plant;

import dev.sluice.simulator.spec.Medium;
import dev.sluice.simulator.spec.PlantSpec;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the device files of a plant's serial lines are.
 *
 * @param directory null when there are none
 * @param temporary whether it goes when the plant ends
 */
record DeviceFiles(@Nullable Path directory, boolean temporary) {

  /** Makes the directory, if the plant has serial lines. */
  static DeviceFiles of(PlantSpec plant, @Nullable Path wanted) throws IOException {
    if (plant.lines().stream().noneMatch(line -> line.medium() instanceof Medium.Serial)) {
      return new DeviceFiles(null, false);
    }
    Path directory =
        wanted == null
            ? Files.createTempDirectory("sluice-plant-")
            : Files.createDirectories(wanted.toAbsolutePath());
    return new DeviceFiles(directory, wanted == null);
  }

  /** The device file of a line. */
  Path of(String line) {
    if (directory == null) {
      throw new IllegalStateException("BUG: no directory for serial line " + line);
    }
    return directory.resolve(line);
  }

  /** Removes the directory if it is temporary, once the device files are gone. */
  Future<Void> remove() {
    try {
      if (temporary && directory != null) {
        Files.deleteIfExists(directory);
      }
      return Future.succeededFuture();
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }
}
