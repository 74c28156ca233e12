package dev.sluice.driver.serial;

import dev.sluice.driver.LineContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a device file that was missing is there again, and tells the host. On the line's
 * context; the file system is asked on a worker.
 */
final class PortWatch {

  private static final long LOOK_MILLIS = 250;

  private final Path path;
  private final LineContext context;
  private @Nullable Long timer;

  PortWatch(Path path, LineContext context) {
    this.path = path;
    this.context = context;
  }

  void start() {
    if (timer == null) {
      lookLater();
    }
  }

  void stop() {
    Long running = timer;
    timer = null;
    if (running != null) {
      context.vertx().cancelTimer(running);
    }
  }

  private void lookLater() {
    timer = context.vertx().setTimer(LOOK_MILLIS, this::look);
  }

  private void look(long fired) {
    context
        .vertx()
        .executeBlocking(() -> Files.exists(path), false)
        .onComplete(
            there -> {
              if (timer == null || timer != fired) {
                return; // stopped meanwhile
              }
              if (there.succeeded() && there.result()) {
                timer = null;
                context.available();
              } else {
                lookLater();
              }
            });
  }
}
