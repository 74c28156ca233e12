package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.acquire.DriverCatalog;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.dead.DeadLetter;
import dev.sluice.gateway.outbox.dead.DeadLetters;
import dev.sluice.gateway.outbox.dead.LetterBox;
import dev.sluice.gateway.outbox.log.Keys;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists and asks, with the directory as it lies there. */
class OutboxDeadCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Keys keys = Keys.NONE;

  @TempDir Path outbox;

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var all = Stream.concat(Stream.of("outbox", "dead"), Stream.of(arguments));
    return new Cli(
            DriverCatalog.load(),
            (file, loaded) -> 7,
            InputStream.nullInputStream(),
            new PrintWriter(out, true),
            new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private void keep(String uplink, long seq) throws Exception {
    byte[] payload = new DeviceStateRecord("meter-" + seq, 1, true, true, "").encode();
    int kind = RecordKind.DEVICE_STATE.code();
    Vertx vertx = Vertx.vertx();
    new DeadLetters(vertx, outbox, 1 << 20, keys)
        .keep(new DeadLetter(uplink, "S1", seq, kind, 0, 1_700_000_000_000L, "too odd", payload))
        .compose(done -> vertx.close())
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  private List<Long> asked() throws Exception {
    return new LetterBox(outbox, keys)
        .list().stream().filter(LetterBox.Found::asked).map(LetterBox.Found::number).toList();
  }

  @Test
  void nothingIsNoError() {
    assertThat(execute("ls", outbox.toString())).isZero();
    assertThat(out).hasToString("no dead letters" + System.lineSeparator());
    assertThat(execute("resend", outbox.toString(), "--all")).isZero();
  }

  @Test
  void lettersAreListedShownAndAskedFor() throws Exception {
    keep("cloud", 5);
    keep("other", 6);
    keep("cloud", 7);
    assertThat(execute("ls", outbox.toString())).isZero();
    assertThat(out.toString().lines().toList())
        .hasSize(4)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("2", "dead", "other", "S1/6", "device-state", "too odd")
                    .contains("2023-11-14T22:13:20Z"));
    assertThat(execute("ls", outbox.toString(), "--uplink", "cloud")).isZero();
    assertThat(out.toString()).contains("S1/5", "S1/7").doesNotContain("S1/6");
    assertThat(execute("show", outbox.toString(), "2")).isZero();
    assertThat(out.toString()).contains("\"device\" : \"meter-6\"");

    assertThat(execute("resend", outbox.toString(), "3")).isZero();
    assertThat(out.toString()).startsWith("1 to be sent again");
    assertThat(asked()).containsExactly(3L);
    assertThat(execute("ls", outbox.toString())).isZero();
    assertThat(out.toString()).contains("to be resent");
    assertThat(execute("resend", outbox.toString(), "--all", "--uplink", "cloud")).isZero();
    assertThat(out.toString()).startsWith("1 to be sent again, 1 were already");
    assertThat(asked()).containsExactly(1L, 3L);
  }

  private Path config(String encryption) throws Exception {
    Path file = outbox.resolve("sluice.yaml");
    Files.writeString(
        file,
        "gateway: { id: plant-7 }\n"
            + "uplinks: { cloud: { password: \"${file:not-for-everybody}\" } }\n"
            + "outbox: { encryption: { "
            + encryption
            + " } }\n");
    return file;
  }

  @Test
  void encryptedLettersAreLockedWithoutTheirKeyAndReadWithTheConfiguration() throws Exception {
    keep("cloud", 4);
    keys = Keys.of(new byte[32], List.of());
    keep("cloud", 5);
    String directory = outbox.toString();
    String id = keys.ids().get(0);

    assertThat(execute("ls", directory)).isZero();
    assertThat(out.toString())
        .contains("S1/4", "locked", "key " + id + " is missing", "--config")
        .doesNotContain("S1/5", "damaged");
    assertThat(execute("show", directory, "2")).isEqualTo(1);
    assertThat(err.toString()).contains("letter 2 is locked: key " + id + " is missing");
    assertThat(execute("resend", directory, "1", "2")).isEqualTo(1);
    assertThat(err.toString()).contains("letter 2 is locked: key " + id + " is missing");
    assertThat(asked()).isEmpty();
    assertThat(execute("resend", directory, "--all")).isZero();
    assertThat(out.toString()).contains("1 to be sent again", "1 are locked and stay: key " + id);
    assertThat(asked()).containsExactly(1L);

    String zeros = "0".repeat(64);
    String other = config("key: \"" + "1".repeat(64) + "\"").toString();
    assertThat(execute("show", directory, "2", "--config", other)).isEqualTo(1);
    assertThat(err.toString()).contains("key " + id + " is missing");
    PrivateFile.write(outbox.resolve("old.key"), zeros);
    String right =
        config("key: \"" + "1".repeat(64) + "\", formerKeys: [ \"${file:old.key}\" ]").toString();
    assertThat(execute("ls", directory, "--config", right)).isZero();
    assertThat(out.toString()).contains("S1/5").doesNotContain("locked");
    assertThat(execute("show", directory, "2", "--config", right)).isZero();
    assertThat(out.toString()).contains("\"device\" : \"meter-5\"");
    assertThat(execute("resend", directory, "2", "--config", right)).isZero();
    assertThat(asked()).containsExactly(1L, 2L);

    assertThat(execute("ls", directory, "--config", config("key: short").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("outbox/encryption/key");
  }

  @Test
  void whatCannotBeDoneIsSaidAndNothingIsDone() throws Exception {
    keep("cloud", 5);
    assertThat(execute("resend", outbox.toString(), "1", "9")).isEqualTo(1);
    assertThat(err.toString()).contains("found no readable letters [9]");
    assertThat(asked()).isEmpty();
    assertThat(execute("resend", outbox.toString())).isEqualTo(2);
    assertThat(execute("ls", outbox.resolve("nowhere").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("found no such directory");
    try (Stream<Path> files = Files.list(outbox.resolve("dead"))) {
      Files.writeString(files.findFirst().orElseThrow(), "damage");
    }
    assertThat(execute("ls", outbox.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("damaged");
    assertThat(execute("show", outbox.toString(), "1")).isEqualTo(1);
  }
}
