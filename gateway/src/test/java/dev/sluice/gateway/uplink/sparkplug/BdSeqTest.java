package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A number for each CONNECT, whatever becomes of the process and the disk. */
class BdSeqTest {

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private int next(BdSeq numbers) throws Exception {
    return numbers
        .next(context)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void countsFromZeroGoesOnAfterARestartAndWraps() throws Exception {
    Path file = directory.resolve("state/n");
    var numbers = new BdSeq(file);
    assertThat(next(numbers)).isZero();
    assertThat(next(numbers)).isEqualTo(1);
    var again = new BdSeq(file);
    for (int i = 2; i < 256; i++) {
      assertThat(next(again)).isEqualTo(i);
    }
    assertThat(Files.readString(file)).isEqualTo("255\n");
    assertThat(next(new BdSeq(file))).isZero();
  }

  @Test
  void aNumberThatWasNotSentIsUsedNext() throws Exception {
    var numbers = new BdSeq(directory.resolve("n"));
    assertThat(next(numbers)).isZero();
    numbers.unused();
    assertThat(next(numbers)).isZero();
    assertThat(next(numbers)).isEqualTo(1);
  }

  @Test
  void goesOnFromMemoryWhereNothingCanBeWritten() throws Exception {
    Path blocked = Files.writeString(directory.resolve("file"), "x").resolve("n");
    var numbers = new BdSeq(blocked);
    assertThat(next(numbers)).isZero();
    assertThat(next(numbers)).isEqualTo(1);
    assertThat(next(new BdSeq(null))).isZero();
  }

  @Test
  void rubbishIsNoNumber() throws Exception {
    Path file = Files.writeString(directory.resolve("n"), "many");
    assertThat(next(new BdSeq(file))).isZero();
  }
}
