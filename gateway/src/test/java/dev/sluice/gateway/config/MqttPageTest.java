package dev.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.Connectors;
import dev.sluice.gateway.uplink.UplinkOptions;
import dev.sluice.gateway.uplink.connector.BareSite;
import dev.sluice.gateway.uplink.connector.Conversation;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.MqttOptions;
import dev.sluice.gateway.uplink.mqtt.LinkFailure;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the connector is true: its configurations load, what it shows is what is sent, and
 * every reason is explained. With {@code -Dsluice.write=true} the examples are written anew.
 */
class MqttPageTest {

  private static final Path PAGE = Path.of("connectors", "mqtt.md");

  @TempDir Path directory;

  private static String block(String page, String marker) {
    Matcher found = pattern(marker).matcher(page);
    assertThat(found.find()).as("a block after %s", marker).isTrue();
    return found.group(2);
  }

  private static Pattern pattern(String marker) {
    return Pattern.compile(
        "(<!-- " + Pattern.quote(marker) + " -->\n```[a-z]+\n)(.*?)```", Pattern.DOTALL);
  }

  private UplinkOptions uplink(String page, Form form) throws Exception {
    String all = block(page, "configuration: json");
    String before = all.substring(0, all.indexOf("uplinks:"));
    String own = block(page, "configuration: " + form.word());
    String yaml = own.startsWith("uplinks:") ? before + own : own;
    LoadedConfig loaded = Loading.load(directory, yaml);
    assertThat(loaded.config().uplinks()).hasSize(1);
    return loaded.config().uplinks().get(0);
  }

  @Test
  void itsConfigurationsLoadAndItsExamplesAreWhatIsSent() throws Exception {
    String page = Files.readString(PAGE);
    String written = page;
    for (Form form : Form.values()) {
      UplinkOptions uplink = uplink(page, form);
      assertThat(((MqttOptions) uplink.connector()).form()).isEqualTo(form);
      String sent = sent(uplink, form);
      if (Boolean.getBoolean("sluice.write")) {
        String marker = "arrives: " + form.word();
        written =
            pattern(marker)
                .matcher(written)
                .replaceFirst(m -> Matcher.quoteReplacement(m.group(1) + sent + "```"));
      } else {
        assertThat(block(page, "arrives: " + form.word())).as("%s", form).isEqualTo(sent);
      }
    }
    if (!written.equals(page)) {
      Files.writeString(PAGE, written);
    }
  }

  private static String sent(UplinkOptions uplink, Form form) throws Exception {
    byte[] readings =
        new DataRecords()
            .decimal("voltage", "V", 1)
            .column("energy", "kWh", ValueType.FLOAT32)
            .column("temperature", "\u00b0C", ValueType.FLOAT32)
            .row("meter-1", 1700000000123L, 2301L, 18231.5, Quality.TIMEOUT)
            .payload();
    var down = new DeviceStateRecord("meter-1", 1700000000999L, true, false, "timeout");
    var gap = new GapRecord(70001, 70420, 420, "bytes");
    var out = new StringBuilder();
    try (var connector =
        Connectors.of(
            uplink.connector(),
            uplink.gateway(),
            uplink.id(),
            uplink.link().maxMessageBytes(),
            BareSite.bare())) {
      Conversation by = connector.begin("01JD8", null).result();
      for (OutboxRecord record :
          List.of(
              new OutboxRecord(81423, RecordKind.DATA, 3, readings),
              new OutboxRecord(81424, RecordKind.DEVICE_STATE, 0, down.encode()),
              new OutboxRecord(81425, RecordKind.GAP, 0, gap.encode()))) {
        for (Publication message : by.render(record, Lane.LIVE, 81400).messages()) {
          String line = message.topic() + " " + shown(message, form);
          out.append(line.stripTrailing()).append('\n');
        }
      }
    }
    return out.toString();
  }

  private static String shown(Publication message, Form form) {
    boolean binary = form == Form.CBOR || form == Form.SENML_CBOR;
    byte[] bytes = message.payload().getBytes();
    return binary ? HexFormat.of().formatHex(bytes) : new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void everyReasonIsExplained() throws Exception {
    String page = Files.readString(PAGE);
    for (LinkFailure failure : LinkFailure.values()) {
      assertThat(page).contains("\n| `" + failure.word() + "` |");
    }
  }
}
