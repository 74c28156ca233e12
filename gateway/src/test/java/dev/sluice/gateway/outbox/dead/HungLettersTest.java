package dev.sluice.gateway.outbox.dead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that neither works nor fails: nobody waits for it long, and nothing else stands still. */
class HungLettersTest {

  private static final int LETTERS = 64;

  @TempDir Path outbox;

  /** With fewer threads than letters, as on a machine. */
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(4));

  private final HungDisk disk = new HungDisk();

  @AfterEach
  void close() throws Exception {
    disk.release();
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static DeadLetter letter(long seq) {
    return new DeadLetter("cloud", "S1", seq, 0, 7, 0, "because", new byte[100]);
  }

  @Test
  void lettersAreCountedAsLostAndTheWorkersStayFree() throws Exception {
    DeadLetters letters = disk.letters(vertx, outbox, Duration.ofMillis(500));
    List<Future<?>> kept = new ArrayList<>();
    for (int seq = 1; seq <= LETTERS; seq++) {
      kept.add(letters.keep(letter(seq)));
    }
    assertThat(await(vertx.executeBlocking(() -> "free", false))).isEqualTo("free");
    await(Future.all(kept));
    assertThat(letters.stats().lost()).isEqualTo(LETTERS);
    assertThat(disk.held).as("threads that hang").hasSize(1);
    assertThat(await(vertx.executeBlocking(() -> "free", false))).isEqualTo("free");
  }

  @Test
  void whileItHangsNobodyWaitsAndWhenItIsBackLettersAreKept() throws Exception {
    var limit = Duration.ofSeconds(2);
    DeadLetters letters = disk.letters(vertx, outbox, limit);
    assertThatThrownBy(() -> await(letters.start())).hasRootCauseInstanceOf(TimeoutException.class);
    long begin = System.nanoTime();
    await(letters.keep(letter(1)));
    assertThatThrownBy(() -> await(letters.asked("cloud")))
        .hasRootCauseInstanceOf(TimeoutException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .as("of which each could have waited for as long")
        .isLessThan(limit);
    assertThat(letters.stats().lost()).isEqualTo(1);
    disk.release();
    long seq = 1;
    while (letters.stats().kept() == 0 && seq < 500) {
      await(letters.keep(letter(++seq)));
      TimeUnit.MILLISECONDS.sleep(10); // the thread tells no one that it is free
    }
    assertThat(letters.stats().kept()).isEqualTo(1);
  }
}
