package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.log.Cursor;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.FileOps;
import dev.sluice.gateway.outbox.log.Log;
import dev.sluice.gateway.outbox.log.LogClock;
import dev.sluice.gateway.outbox.log.LogOptions;
import dev.sluice.gateway.outbox.log.MemoryFiles;
import dev.sluice.gateway.outbox.log.OpenFile;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoredCursorTest {

  private static final Path DIRECTORY = Path.of("/outbox");
  private static final long LIMIT = 20;
  private static final OutboxOptions OPTIONS =
      new OutboxOptions(
          DIRECTORY,
          256 * 1024,
          Duration.ofDays(30),
          Duration.ofMillis(20),
          32 * 1024,
          Duration.ofMillis(30),
          64 * 1024,
          82_000,
          64 * 1024);

  /** Segments that were opened for reading, and closed. */
  private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();

  /** The file of a deleted segment takes room for as long as somebody has it open. */
  @Test
  void whoReadsNoMoreKeepsNoFileOpen() throws Exception {
    Vertx vertx = Vertx.vertx();
    var bounds = new LogOptions(DIRECTORY, 256 * 1024, Duration.ofDays(30), 32 * 1024, 64 * 1024);
    try (Log log = Log.open(bounds, told(), new StillClock(), new Gaps(), new Random(1))) {
      Cursor own = log.cursor("cloud");
      log.commit(List.of(new Entry(0, 1, new byte[100])));
      Duration idle = Duration.ofMillis(50);
      var queue = new CommitQueue(OPTIONS);
      var cursor = new StoredCursor(vertx, log, own, queue, Thread::new, idle);
      for (int i = 0; i < 2; i++) {
        var read = cursor.read(0, 1).toCompletionStage().toCompletableFuture();
        assertThat(read.get(LIMIT, TimeUnit.SECONDS)).hasSize(1);
        assertThat(steps.poll(LIMIT, TimeUnit.SECONDS)).isEqualTo("open");
        assertThat(steps.poll(LIMIT, TimeUnit.SECONDS)).as("when idle").isEqualTo("close");
      }
      cursor.close();
      assertThat(cursor.awaitClosed(TimeUnit.SECONDS.toNanos(LIMIT))).isTrue();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(LIMIT, TimeUnit.SECONDS);
    }
  }

  /** It does not wait for the time to be idle. */
  @Test
  void closingEndsTheReadingThreadAtOnce() throws Exception {
    Vertx vertx = Vertx.vertx();
    var bounds = new LogOptions(DIRECTORY, 256 * 1024, Duration.ofDays(30), 32 * 1024, 64 * 1024);
    try (Log log = Log.open(bounds, told(), new StillClock(), new Gaps(), new Random(1))) {
      Cursor own = log.cursor("cloud");
      log.commit(List.of(new Entry(0, 1, new byte[100])));
      var queue = new CommitQueue(OPTIONS);
      var cursor = new StoredCursor(vertx, log, own, queue, Thread::new, Duration.ofDays(1));
      var read = cursor.read(0, 1).toCompletionStage().toCompletableFuture();
      assertThat(read.get(LIMIT, TimeUnit.SECONDS)).hasSize(1);
      cursor.close();
      assertThat(cursor.awaitClosed(TimeUnit.SECONDS.toNanos(LIMIT))).isTrue();
      assertThat(steps).containsExactly("open", "close");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(LIMIT, TimeUnit.SECONDS);
    }
  }

  private FileOps told() {
    MemoryFiles files = new MemoryFiles();
    return wrapped(
        FileOps.class,
        (method, arguments) -> {
          Object made = method.invoke(files, arguments);
          boolean reads = method.getName().equals("open") && Boolean.FALSE.equals(arguments[1]);
          if (!reads || !arguments[0].toString().endsWith(".seg")) {
            return made;
          }
          steps.add("open");
          return wrapped(
              OpenFile.class,
              (step, with) -> {
                if (step.getName().equals("close")) {
                  steps.add("close");
                }
                return step.invoke(made, with);
              });
        });
  }

  private interface Step {
    Object take(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T wrapped(Class<T> type, Step step) {
    Object made =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return step.take(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(made);
  }

  /** Time stands still. */
  private static final class StillClock implements LogClock {

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public long millis() {
      return 1;
    }

    @Override
    public boolean trusted() {
      return true;
    }
  }
}
