package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.Log;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator types about an outbox, on whole, damaged and running ones. */
class OutboxCommandTest extends CommandLineTest {

  private OutboxOnDisk outbox;

  @BeforeEach
  void fill() throws IOException {
    outbox = new OutboxOnDisk(directory.resolve("outbox")).filled();
  }

  private int outbox(String command, String... more) {
    return outboxIn(outbox.directory, command, more);
  }

  private int outboxIn(Path where, String command, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new java.util.ArrayList<>(List.of("outbox", command));
    arguments.addAll(List.of("--directory", where.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void infoSaysWhatThereIsAndWhatEachUplinkHasLeft() throws IOException {
    Files.writeString(outbox.directory.resolve("notes.txt"), "mine");

    assertThat(outbox("info")).isZero();

    assertThat(out.toString())
        .contains("3, 96.0 KiB on disk", "1 to 20, next 21", "20 with 133 readings")
        .contains("in use by    nobody", "other files  1 file, 4 B: notes.txt")
        .containsPattern("cloud +low 1 +20 records left, .* 1 and above")
        .containsPattern("plant +low 13 +8 records left, .* 13 and above");
    assertThat(outbox("info", "--json")).isZero();
    var json = new JsonObject(out.toString());
    assertThat(json.getInteger("records")).isEqualTo(20);
    assertThat(json.getJsonObject("uplinks").getJsonObject("plant").getLong("low")).isEqualTo(13);
    assertThat(json.getJsonArray("segments")).hasSize(3);
  }

  @Test
  void aConfigurationNamesTheDirectoryAndOneOfBothIsNeeded() {
    String file = site("a: { at: \"1\" }");
    err.getBuffer().setLength(0);

    assertThat(run("outbox", "info")).isEqualTo(2);
    assertThat(err.toString()).contains("neither --config nor --directory");
    err.getBuffer().setLength(0);
    assertThat(outbox("info", "--config", file)).isEqualTo(2);
    assertThat(err.toString()).contains("found --config and --directory, expected one");
    assertThat(run("outbox")).isEqualTo(2);
    assertThat(run("outbox", "--help")).isZero();
  }

  @Test
  void lsHasALinePerSegment() {
    assertThat(outbox("ls")).isZero();

    assertThat(out.toString().lines()).hasSize(4);
    assertThat(out.toString())
        .containsPattern("1 +1\\.\\.7 +7 +42 +32.0 KiB +2023-11-14T22:13:20Z .* whole")
        .containsPattern("3 +15\\.\\.20 +6 +42 +32.0 KiB .* tail");
    assertThat(outbox("ls", "--json")).isZero();
    assertThat(new JsonObject(out.toString().lines().toList().get(1)).getLong("first"))
        .isEqualTo(8);
  }

  @Test
  void dumpDecodesAndSelects() {
    assertThat(outbox("dump", "--from", "2", "--to", "3")).isZero();
    assertThat(out.toString())
        .contains("2 data written 2023-11-14T22:13:20Z")
        .contains("  meter-1 2023-11-14T22:13:20Z voltage=230.1 V energy=18446744073709551615 kWh")
        .contains("energy=- (timeout)")
        .contains("3 device-state", "  meter-1 2023-11-14T22:13:20.500Z down: timeout");
    assertThat(outbox("dump", "--uplink", "plant", "--device", "meter-2", "--json")).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(8);
    var first = new JsonObject(lines.get(0));
    assertThat(first.getLong("seq")).isEqualTo(13);
    assertThat(first.getJsonObject("devices").fieldNames()).containsExactly("meter-2");
    assertThat(outbox("dump", "--from", "3", "--to", "3", "--raw")).isZero();
    assertThat(out.toString().lines().toList().get(1)).matches("  [0-9a-f]{20,}");
    assertThat(outbox("dump", "--device", "nobody")).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(outbox("dump", "--uplink", "nobody")).isEqualTo(2);
    assertThat(err.toString()).contains("found no uplink 'nobody'", "cloud, plant");
    assertThat(outbox("dump", "--from", "9", "--to", "3")).isEqualTo(2);
  }

  @Test
  void verifyOfAWholeOutboxIsCleanAndChangesNothing() throws IOException {
    TreeMap<String, String> before = outbox.contents();

    assertThat(outbox("verify")).isZero();

    assertThat(out.toString()).contains("clean: 20 records with 133 readings");
    assertThat(outbox.contents()).isEqualTo(before);
  }

  @Test
  void verifyNamesFileOffsetAndSeqsOfDamage() throws IOException {
    Path second = outbox.segments().get(1);
    outbox.flip(second, 2L * OutboxOnDisk.PAGE + 100); // seq 9
    outbox.flip(second, 10); // one of its headers

    assertThat(outbox("verify")).isEqualTo(1);

    assertThat(out.toString())
        .contains(second.getFileName() + " at byte 0, 2048 bytes: one of two headers is damaged")
        .contains(
            second.getFileName()
                + " at byte 8192, 4096 bytes: damaged; lost: seqs 9 with 7 readings")
        .contains("damaged: 19 records with 126 readings")
        .contains("2 places damaged, 1 record lost");
    assertThat(outbox("verify", "--json")).isEqualTo(1);
    var json = new JsonObject(out.toString());
    assertThat(json.getBoolean("clean")).isFalse();
    assertThat(json.getInteger("lost_records")).isEqualTo(1);
    assertThat(outbox("dump", "--json")).isEqualTo(1);
    assertThat(out.toString().lines()).hasSize(19);
    assertThat(err.toString()).contains("lost: seqs 9");
  }

  @Test
  void repairMakesAWholeCopyAndLeavesTheOldOneAlone() throws IOException {
    Path second = outbox.segments().get(1);
    outbox.flip(second, 2L * OutboxOnDisk.PAGE + 100); // seq 9, which plant had
    TreeMap<String, String> before = outbox.contents();

    assertThat(outbox("repair")).isEqualTo(1);

    assertThat(out.toString())
        .contains("found: ", "copied 19 records with 126 readings and 2 cursors")
        .contains("lost: seqs 9 for uplink cloud; a gap says so")
        .doesNotContain("for uplink plant");
    assertThat(outbox.contents()).isEqualTo(before);
    Path repaired = directory.resolve("outbox.repaired");
    assertThat(outboxIn(repaired, "verify")).as(out.toString()).isZero();
    assertThat(outboxIn(repaired, "info")).isZero();
    assertThat(out.toString())
        .contains("next 22")
        .containsPattern("plant +low 13 +9 records left")
        .containsPattern("cloud +low 1 +20 records left");
    // A second time, with the copy in the way, and then in the place of the old one.
    assertThat(outbox("repair")).isEqualTo(2);
    assertThat(err.toString()).contains("outbox.repaired: found files");
    String elsewhere = directory.resolve("copy").toString();
    assertThat(outbox("repair", "--replace", "--to", elsewhere)).isEqualTo(1);
    assertThat(out.toString()).contains("replaced ", "outbox.before-repair");
    assertThat(outbox("verify")).isZero();
    assertThat(new OutboxOnDisk(directory.resolve("outbox.before-repair")).contents())
        .isEqualTo(before);
    try (Log log = outbox.open()) {
      assertThat(log.next()).isEqualTo(22);
      assertThat(log.commit(List.of(OutboxOnDisk.data()))).isEqualTo(22);
    }
  }

  @Test
  void repairTakesBackWhatASetAsideFileStillHas() throws IOException {
    Path second = outbox.segments().get(1);
    Files.move(
        second,
        second.resolveSibling(second.getFileName() + ".damaged"),
        StandardCopyOption.ATOMIC_MOVE);
    outbox.flip(second.resolveSibling(second.getFileName() + ".damaged"), PAGE_OF_SEQ_9);

    assertThat(outbox("verify")).isEqualTo(1);
    assertThat(out.toString()).contains("seqs 8..14 should follow and are not there");
    assertThat(outbox("repair")).isEqualTo(1);

    assertThat(out.toString())
        .contains("6 records of them came from damaged files")
        .contains("lost: seqs 9 for uplink cloud");
    assertThat(outboxIn(directory.resolve("outbox.repaired"), "verify")).isZero();
  }

  private static final long PAGE_OF_SEQ_9 = 2L * OutboxOnDisk.PAGE + 100;

  @Test
  void anExportGoesIntoAnotherOutboxAndADamagedOneIsRefusedWhole() throws IOException {
    try (Log log = outbox.open()) {
      byte[] gap = new GapRecord(1, 2, 14, "bytes", "cloud").encode();
      log.commit(List.of(new Entry(RecordKind.GAP.code(), 0, gap)));
    }
    Path plain = directory.resolve("a.jsonl");
    Path packed = directory.resolve("b.jsonl.zst");
    assertThat(outbox("export", plain.toString())).as(err.toString()).isZero();
    assertThat(err.toString()).contains("exported 21 records with 133 readings");
    assertThat(outbox("export", "--uplink", "plant", packed.toString())).isZero();
    assertThat(err.toString()).contains("exported 9 records");
    assertThat(Files.size(packed)).isLessThan(Files.size(plain));
    assertThat(outbox("export", packed.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--force replaces it");
    assertThat(outbox("export", "--from", "20", "--to", "20", "-")).isZero();
    assertThat(out.toString().lines()).hasSize(3);
    assertThat(Files.list(directory)).noneMatch(file -> file.toString().endsWith(".part"));

    OutboxOnDisk other = new OutboxOnDisk(directory.resolve("other"));
    assertThat(outboxIn(other.directory, "import", packed.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("found no such directory");
    assertThat(outboxIn(other.directory, "import", "--create", packed.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("imported 8 records of stream ", " as seqs 1..8 of stream ")
        .contains("1 gap not imported", "no uplink has a cursor here");
    assertThat(outboxIn(other.directory, "verify")).isZero();
    assertThat(out.toString()).contains("clean: 8 records with 56 readings");
    try (Log log = other.open()) {
      log.cursor("cloud");
    }
    assertThat(outboxIn(other.directory, "import", plain.toString())).isZero();
    assertThat(out.toString()).contains("imported 20 records", "as seqs 9..28", "for cloud");

    TreeMap<String, String> before = other.contents();
    String text = Files.readString(plain);
    List<String> lines = text.lines().toList();
    Map<String, String> bad =
        Map.of(
            "",
            "line 1: found the end of the file",
            "hello",
            "line 1: found no JSON object: 'hello'",
            "{\"a\":1}\n",
            "line 1: found sluice_export null, expected 1",
            text.substring(0, text.length() / 2),
            "found no JSON object",
            String.join("\n", lines.subList(0, 5)) + "\n",
            "line 6: found the end of the file",
            text.replaceFirst("\"readings\":7", "\"readings\":8"),
            "found another SHA-256",
            text.replaceFirst("\"seq\":4", "\"seq\":2"),
            "line 5: found seq 2 after 3",
            text.replaceFirst("\"payload\":\"[^\"]*", "\"payload\":\"!"),
            "line 2: found a payload",
            text.replaceFirst("\"kind\":\"data\"", "\"kind\":\"9\""),
            "line 2: found kind 9",
            text + "more",
            "found something behind the last line");
    for (Map.Entry<String, String> each : bad.entrySet()) {
      Files.writeString(plain, each.getKey());
      assertThat(outboxIn(other.directory, "import", plain.toString()))
          .as(each.getValue())
          .isEqualTo(2);
      assertThat(err.toString()).contains(each.getValue()).doesNotContain("\tat ");
    }
    byte[] cut = Files.readAllBytes(packed);
    Files.write(packed, java.util.Arrays.copyOf(cut, cut.length / 2));
    assertThat(outboxIn(other.directory, "import", packed.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("zstd");
    assertThat(other.contents()).isEqualTo(before);
  }

  @Test
  void aRunningOutboxIsLookedAtAndNeverChanged() throws IOException {
    try (Log log = outbox.open()) {
      log.commit(List.of(OutboxOnDisk.data()));
      TreeMap<String, String> before = outbox.contents();
      for (String command : List.of("info", "ls", "dump", "verify")) {
        assertThat(outbox(command)).as(command + out + err).isZero();
        assertThat(err.toString()).contains("is running; this is a snapshot");
      }
      assertThat(out.toString()).contains("clean: 21 records");
      assertThat(outbox("export", directory.resolve("x").toString())).isZero();
      assertThat(outbox("repair")).isEqualTo(2);
      assertThat(err.toString()).contains("is running; stop it first, nothing was changed");
      assertThat(outbox("import", directory.resolve("x").toString())).isEqualTo(2);
      assertThat(outbox.contents()).isEqualTo(before);
    }
  }

  @Test
  void whatIsNoOutboxIsSaidAndLeftAlone() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Path file = Files.writeString(foreign.resolve("a.txt"), "a");
    for (String command : List.of("info", "ls", "dump", "verify", "repair")) {
      assertThat(outboxIn(directory.resolve("none"), command)).isEqualTo(2);
      assertThat(err.toString()).contains("none: found no such directory, expected an outbox");
      assertThat(outboxIn(file, command)).isEqualTo(2);
      assertThat(err.toString()).contains("a.txt: found a file, expected the directory");
      assertThat(outboxIn(empty, command)).isEqualTo(2);
      assertThat(err.toString()).contains("is no outbox: found no files");
      assertThat(outboxIn(foreign, command)).isEqualTo(2);
      assertThat(err.toString()).contains("is no outbox: found 1 files of other kinds");
    }
    assertThat(Files.list(empty)).isEmpty();
    assertThat(Files.list(foreign)).hasSize(1);
  }

  @Test
  void aNewerFormatIsNotTouched() throws IOException {
    Path first = outbox.segments().get(0);
    byte[] bytes = Files.readAllBytes(first);
    var page = java.nio.ByteBuffer.wrap(bytes);
    page.putInt(8, 99);
    var crc = new java.util.zip.CRC32C();
    crc.update(bytes, 0, 12);
    page.putInt(12, (int) crc.getValue());
    Files.write(first, bytes);
    TreeMap<String, String> before = outbox.contents();
    for (String command : List.of("info", "verify", "repair")) {
      assertThat(outbox(command)).isEqualTo(2);
      assertThat(err.toString()).contains("has format version 99", "nothing was changed");
    }
    assertThat(outbox.contents()).isEqualTo(before);
  }
}
