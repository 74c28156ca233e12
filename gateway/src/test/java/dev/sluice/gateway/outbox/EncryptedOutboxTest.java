package dev.sluice.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.log.Keys;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outbox with keys, on a real disk. */
class EncryptedOutboxTest {

  private static final String TEXT = "boiler_pressure 7.5 bar";
  private static final Keys FIRST = Keys.of(new byte[32], List.of());

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Outbox open(Keys keys) throws Exception {
    OutboxOptions options = OutboxOptions.defaults(directory).with(keys);
    return get(Outbox.open(vertx, options, new TestTime()));
  }

  private List<OutboxRecord> read(Outbox outbox) throws Exception {
    return get(outbox.cursor("cloud").read(0, 1 << 20));
  }

  private boolean textOnDisk() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains("pressure")) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void givesBackWhatItGotAndShowsNobodyOnDisk() throws Exception {
    byte[] payload = TEXT.getBytes(StandardCharsets.US_ASCII);
    for (Keys keys : List.of(FIRST, FIRST)) {
      Outbox outbox = open(keys);
      get(outbox.append(RecordKind.DATA, payload, 1));
      assertThat(read(outbox)).allSatisfy(r -> assertThat(r.payload()).isEqualTo(payload));
      get(outbox.close()); // before, files come and go
      assertThat(textOnDisk()).isFalse();
    }
    Outbox plain = open(Keys.of(null, List.of(new byte[32])));
    get(plain.append(RecordKind.DATA, payload, 1));
    assertThat(read(plain)).hasSize(3);
    get(plain.close());
    assertThat(textOnDisk()).as("the search finds what is there").isTrue();
  }

  @Test
  void runsWithoutTheKeyAndSaysWhichOneIsMissing() throws Exception {
    Outbox outbox = open(FIRST);
    outbox.cursor("cloud");
    get(outbox.append(RecordKind.DATA, TEXT.getBytes(StandardCharsets.US_ASCII), 1));
    get(outbox.append(RecordKind.DATA, TEXT.getBytes(StandardCharsets.US_ASCII), 1));
    get(outbox.close());

    Outbox without = open(Keys.NONE);
    List<OutboxRecord> records = read(without);
    assertThat(records).hasSize(1);
    assertThat(records.get(0).seq()).isGreaterThan(2);
    assertThat(GapRecord.decode(records.get(0).payload())).isEqualTo(new GapRecord(1, 2, 0, "key"));
    assertThat(without.stats().locked()).isEqualTo(Map.of(FIRST.ids().get(0), 1));
    get(without.close());
  }
}
