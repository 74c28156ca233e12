package dev.sluice.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.PrivateFile;
import dev.sluice.gateway.outbox.log.Keys;
import dev.sluice.gateway.outbox.log.Log;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same commands on an encrypted outbox: with its key all of it, without it no false alarm. */
class OutboxKeysCommandTest extends CommandLineTest {

  private static final String HEX =
      "00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  private static final Keys KEYS = Keys.of(HexFormat.of().parseHex(HEX), List.of());
  private static final String ID = KEYS.ids().get(0);

  private OutboxOnDisk outbox;
  private String config;

  @BeforeEach
  void fill() throws IOException {
    outbox = new OutboxOnDisk(directory.resolve("outbox"), KEYS).filled();
    PrivateFile.write(directory.resolve("key"), HEX);
    config = configuration("outbox");
  }

  private String configuration(String name) throws IOException {
    return Files.writeString(
            directory.resolve(name + ".yaml"),
            """
            gateway: { id: plant-7 }
            outbox:
              directory: %s
              encryption: { key: "${file:key}" }
            """
                .formatted(name))
        .toString();
  }

  private int outbox(String command, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new java.util.ArrayList<>(List.of("outbox", command));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void withTheKeyAllIsReadAndOfTheDirectoryAloneNothingIsCalledDamaged() throws IOException {
    TreeMap<String, String> before = outbox.contents();
    String where = outbox.directory.toString();

    assertThat(outbox("verify", "--config", config)).as(out + "" + err).isZero();
    assertThat(out.toString()).contains("clean: 20 records with 133 readings");
    assertThat(outbox("info", "--config", config)).isZero();
    assertThat(out.toString())
        .contains("3 segments with key " + ID)
        .containsPattern("plant +low 13 +8 records left");
    assertThat(outbox("dump", "--config", config, "--from", "3", "--to", "3")).isZero();
    assertThat(out.toString()).contains("down: timeout");

    assertThat(outbox("verify", "--directory", where)).isEqualTo(1);
    assertThat(out.toString())
        .contains("encrypted with key " + ID + ", which is not here; not read: seqs 1..7")
        .contains("not all checked: 0 records", "3 segments not read for want of a key")
        .doesNotContain("damaged");
    assertThat(outbox("verify", "--directory", where, "--json")).isEqualTo(1);
    assertThat(new JsonObject(out.toString()).getInteger("lost_records")).isZero();
    assertThat(outbox("info", "--directory", where)).isZero();
    assertThat(out.toString())
        .contains("seqs 1..7, encrypted with key " + ID)
        .contains("20 of them are locked")
        .doesNotContain("are not there");
    assertThat(outbox("info", "--directory", where, "--json")).isZero();
    assertThat(new JsonObject(out.toString()).getJsonArray("locked")).hasSize(3);
    assertThat(outbox("ls", "--directory", where)).isZero();
    assertThat(out.toString().lines()).filteredOn(line -> line.contains("locked, key")).hasSize(3);
    assertThat(outbox("dump", "--directory", where)).isEqualTo(1);
    assertThat(err.toString()).contains(ID);
    assertThat(outbox.contents()).isEqualTo(before);
  }

  @Test
  void damageIsTheSameWithAKeyAndTheRepairedCopyIsEncrypted() throws IOException {
    Path second = outbox.segments().get(1);
    outbox.flip(second, 2L * OutboxOnDisk.PAGE + 100); // seq 9
    TreeMap<String, String> before = outbox.contents();

    assertThat(outbox("verify", "--config", config)).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            second.getFileName()
                + " at byte 8192, 4096 bytes: damaged; lost: seqs 9 with 7 readings");
    assertThat(outbox("repair", "--directory", outbox.directory.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("3 segments encrypted with key " + ID, "--without-key", "nothing was changed");
    assertThat(directory.resolve("outbox.repaired")).doesNotExist();

    assertThat(outbox("repair", "--config", config)).isEqualTo(1);

    assertThat(out.toString())
        .contains("copied 19 records with 126 readings and 2 cursors")
        .contains("lost: seqs 9 for uplink cloud");
    assertThat(outbox.contents()).isEqualTo(before);
    assertThat(outbox("verify", "--config", configuration("outbox.repaired")))
        .as(out + "" + err)
        .isZero();
    assertThat(outbox("info", "--directory", directory.resolve("outbox.repaired").toString()))
        .isZero();
    assertThat(out.toString()).contains("encrypted with key " + ID + ", which is not here");
  }

  @Test
  void anExportIsPlainAndAnImportNeedsTheKeyOfWhatIsThere() throws IOException {
    String file = directory.resolve("a.jsonl").toString();
    assertThat(outbox("export", "--config", config, file)).as(err.toString()).isZero();
    TreeMap<String, String> before = outbox.contents();

    assertThat(outbox("import", "--directory", outbox.directory.toString(), file)).isEqualTo(2);
    assertThat(err.toString()).contains("encrypted with key " + ID, "nothing was changed");
    assertThat(outbox.contents()).isEqualTo(before);

    assertThat(outbox("import", "--config", configuration("other"), "--create", file))
        .as(err.toString())
        .isZero();
    assertThat(outbox("info", "--config", configuration("other"))).isZero();
    assertThat(out.toString()).containsPattern("segments? with key " + ID);
    assertThat(outbox("verify", "--config", configuration("other"))).isZero();
    assertThat(out.toString()).contains("clean: 20 records with 133 readings");
  }

  @Test
  void whatWasSetAsideForWantOfItsKeyIsListedAndReadAgainWithIt() throws IOException {
    // A start without the key: its segments are announced as lost and set aside.
    try (Log log = new OutboxOnDisk(outbox.directory).open()) {
      log.cursor("cloud");
      log.commit(List.of(OutboxOnDisk.data()));
    }
    try (var files = Files.list(outbox.directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".locked"))).hasSize(3);
    }

    assertThat(outbox("info", "--directory", outbox.directory.toString())).isZero();
    assertThat(out.toString()).contains(".locked", ID).doesNotContain("other files", "damaged");
    assertThat(outbox("verify", "--config", config)).as(out + "" + err).isZero();
    assertThat(outbox("dump", "--config", config, "--from", "3", "--to", "3")).isZero();
    assertThat(out.toString()).contains("down: timeout");
  }
}
