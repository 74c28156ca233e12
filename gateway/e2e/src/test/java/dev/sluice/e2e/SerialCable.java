package dev.sluice.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Two serial ports whose wires are crossed, made by socat; each at a path that stays. */
final class SerialCable implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Path near;
  private final Path far;
  private ChildProcess socat;

  private SerialCable(Path near, Path far) {
    this.near = near;
    this.far = far;
    this.socat = plug();
  }

  /** The ports are {@code NAME-near} and {@code NAME-far} in a directory. */
  static SerialCable plugged(Path directory, String name) {
    return new SerialCable(directory.resolve(name + "-near"), directory.resolve(name + "-far"));
  }

  Path near() {
    return near;
  }

  Path far() {
    return far;
  }

  private ChildProcess plug() {
    ChildProcess child =
        ChildProcess.start(
            "socat",
            Map.of(),
            List.of(
                ChildProcess.locate("socat"),
                "PTY,raw,echo=0,link=" + near,
                "PTY,raw,echo=0,link=" + far));
    Eventually.holds(
        "socat makes " + far, LIMIT, () -> Files.exists(near) && Files.exists(far), child::output);
    return child;
  }

  /** As when an adapter is pulled out: both ports are gone. */
  void unplug() {
    socat.killHard();
    try {
      // Killed, socat leaves its links behind, which lead nowhere.
      Files.deleteIfExists(near);
      Files.deleteIfExists(far);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Other devices under the same paths. */
  void plugIn() {
    socat = plug();
  }

  @Override
  public void close() {
    socat.close();
  }
}
