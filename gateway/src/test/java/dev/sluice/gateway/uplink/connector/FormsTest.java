package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.Quality;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.GapRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said in each form, to the byte. */
class FormsTest extends FormsRig {

  private static byte[] example() {
    return new DataRecords()
        .decimal("voltage", "V", 1)
        .column("energy", "kWh", ValueType.FLOAT32)
        .column("temperature", "\u00b0C", ValueType.FLOAT64)
        .column("total", "", ValueType.UINT64)
        .column("on", "", ValueType.BOOL)
        .column("name", "", ValueType.STRING)
        .column("power", "W", ValueType.INT32)
        .row(
            "meter-1",
            1700000000123L,
            2301L,
            1.5e10f,
            new DataRecords.Cell(-12.25, Quality.OUT_OF_RANGE),
            -1L,
            true,
            "a \"b\"",
            Quality.TIMEOUT)
        .row("meter-1", 1700000000143L, 2302L)
        .payload();
  }

  private static String only(MqttConversation by, OutboxRecord record, Lane lane) throws Exception {
    var messages = by.render(record, lane, 2).messages();
    assertThat(messages).hasSize(1);
    return messages.get(0).topic() + " " + text(messages.get(0));
  }

  @Test
  void senmlJsonLooksAsDocumented() throws Exception {
    var rendered =
        conversation("t", Form.SENML_JSON, 4096).render(data(example()), Lane.HISTORY, 81400);
    assertThat(rendered.messages())
        .singleElement()
        .extracting(Publication::topic)
        .isEqualTo("t/senml-json");
    assertThat(text(rendered.messages().get(0)))
        .isEqualTo(
            "[{\"bn\":\"plant-7/_sluice/\",\"n\":\"schema\",\"v\":1}"
                + ",{\"n\":\"stream\",\"vs\":\"01JD\"},{\"n\":\"seq\",\"v\":81423}"
                + ",{\"n\":\"low\",\"v\":81400},{\"n\":\"lane\",\"vs\":\"history\"}"
                + ",{\"bn\":\"plant-7/meter-1/\",\"bt\":1700000000.123"
                + ",\"n\":\"voltage\",\"u\":\"V\",\"v\":230.1}"
                + ",{\"n\":\"energy\",\"v\":1.5e10}"
                + ",{\"n\":\"temperature\",\"u\":\"Cel\",\"v\":-12.25}"
                + ",{\"n\":\"temperature/_quality\",\"vs\":\"out_of_range\"}"
                + ",{\"n\":\"total\",\"v\":18446744073709551615}"
                + ",{\"n\":\"on\",\"vb\":true}"
                + ",{\"n\":\"name\",\"vs\":\"a \\\"b\\\"\"}"
                + ",{\"n\":\"power/_quality\",\"vs\":\"timeout\"}"
                + ",{\"n\":\"voltage\",\"u\":\"V\",\"v\":230.2,\"t\":0.02}]");
  }

  /** RFC 8428, 6: labels are numbers. */
  @Test
  void senmlCborLooksAsDocumented() throws Exception {
    byte[] payload =
        new DataRecords()
            .decimal("voltage", "V", 1)
            .decimal("long", "", 2)
            .column("on", "", ValueType.BOOL)
            .row("m", 1700000000500L, 2301L, 1234567890123456789L, true)
            .row("m", 1700000001500L, Quality.TIMEOUT)
            .payload();
    var rendered = conversation("t", Form.SENML_CBOR, 4096).render(data(payload), Lane.LIVE, 81400);
    assertThat(HexFormat.of().formatHex(rendered.messages().get(0).payload().getBytes()))
        .isEqualTo(
            "88"
                + ("a3" + "21" + "70" + "706c616e742d372f5f736c756963652f") // bn: plant-7/_sluice/
                + ("00" + "66" + "736368656d61" + "02" + "01") // n: schema, v: 1
                + ("a2" + "00" + "66" + "73747265616d" + "03" + "64" + "30314a44") // stream
                + ("a2" + "00" + "63" + "736571" + "02" + "1a00013e0f") // seq: 81423
                + ("a2" + "00" + "63" + "6c6f77" + "02" + "1a00013df8") // low: 81400
                + ("a5" + "21" + "6a" + "706c616e742d372f6d2f") // bn: plant-7/m/
                + ("22" + "fb41d954fc40200000") // bt: 1700000000.5
                + ("00" + "67" + "766f6c74616765" + "01" + "61" + "56") // n: voltage, u: V
                + ("02" + "fb406cc33333333333") // v: 230.1
                + ("a2" + "00" + "64" + "6c6f6e67") // n: long
                + ("02" + "c4" + "82" + "21" + "1b112210f47de98115") // v: 12345678901234567.89
                + ("a2" + "00" + "62" + "6f6e" + "04" + "f5") // n: on, vb: true
                + ("a3" + "00" + "70" + "766f6c746167652f5f7175616c697479") // voltage/_quality
                + ("03" + "67" + "74696d656f7574" + "06" + "01")); // vs: timeout, t: 1
  }

  @Test
  void valuesLookAsDocumented() throws Exception {
    var sent =
        conversation("s/{device}/{point}", Form.VALUE, 4096)
            .render(data(example()), Lane.HISTORY, 81400)
            .messages();
    String tail = ",\"low\":81400,\"lane\":\"history\"}";
    String head = "\"stream\":\"01JD\",\"seq\":81423,\"part\":";
    assertThat(sent)
        .extracting(m -> m.topic() + " " + text(m))
        .contains(
            "s/meter-1/voltage {\"t\":1700000000123,\"v\":230.1,\"u\":\"V\","
                + head
                + "[1,8]"
                + tail,
            "s/meter-1/temperature {\"t\":1700000000123,\"v\":-12.25,\"q\":\"out_of_range\""
                + (",\"u\":\"\u00b0C\"," + head + "[3,8]" + tail),
            "s/meter-1/power {\"t\":1700000000123,\"q\":\"timeout\"," + head + "[7,8]" + tail)
        .hasSize(8);
    byte[] one = new DataRecords().column("x", "", ValueType.INT16).row("d", 9, 1L).payload();
    var single = conversation("{device}{point}", Form.VALUE, 4096).render(data(one), Lane.LIVE, 7);
    assertThat(single.messages())
        .extracting(FormsRig::text)
        .containsExactly("{\"t\":9,\"v\":1,\"stream\":\"01JD\",\"seq\":81423,\"low\":7}");
  }

  @Test
  void plainTextsAreBareAndNothingWhereThereIsNoGoodValue() throws Exception {
    var sent =
        conversation("{device}/{point}/{lane}", Form.PLAIN, 4096)
            .render(data(example()), Lane.LIVE, 81400)
            .messages();
    assertThat(sent)
        .extracting(m -> m.topic() + " " + text(m))
        .containsExactly(
            "meter-1/voltage/live 230.1",
            "meter-1/energy/live 1.5E10",
            "meter-1/temperature/live ",
            "meter-1/total/live 18446744073709551615",
            "meter-1/on/live true",
            "meter-1/name/live a \"b\"",
            "meter-1/power/live ",
            "meter-1/voltage/live 230.2");
  }

  @Test
  void gapsAndStatesAreToldInEachForm() throws Exception {
    var gap =
        new OutboxRecord(9, RecordKind.GAP, 0, new GapRecord(70001, 70420, 420, "bytes").encode());
    var down =
        new OutboxRecord(
            5,
            RecordKind.DEVICE_STATE,
            0,
            new DeviceStateRecord("_m", 1700, false, false, "timeout").encode());
    var map = conversation("{device}/t", Form.JSON, 4096);
    assertThat(only(map, gap, Lane.LIVE)).startsWith("_sluice/t {").contains("\"first\":70001");
    assertThat(only(map, down, Lane.LIVE)).startsWith("%5Fm/t {").contains("\"state\":{\"_m\":{");
    var senml = conversation("{device}/t", Form.SENML_JSON, 4096);
    String own = "[{\"bn\":\"plant-7/_sluice/\",\"n\":\"schema\",\"v\":1}";
    assertThat(only(senml, gap, Lane.LIVE))
        .isEqualTo(
            "_sluice/t/senml-json "
                + own
                + ",{\"n\":\"stream\",\"vs\":\"01JD\"},{\"n\":\"seq\",\"v\":9},{\"n\":\"low\",\"v\":2}"
                + ",{\"n\":\"gap_first\",\"v\":70001},{\"n\":\"gap_last\",\"v\":70420}"
                + ",{\"n\":\"gap_count\",\"v\":420},{\"n\":\"gap_reason\",\"vs\":\"bytes\"}]");
    assertThat(only(senml, down, Lane.HISTORY))
        .isEqualTo(
            "%5Fm/t/senml-json "
                + own
                + ",{\"n\":\"stream\",\"vs\":\"01JD\"},{\"n\":\"seq\",\"v\":5},{\"n\":\"low\",\"v\":2}"
                + ",{\"n\":\"lane\",\"vs\":\"history\"},{\"n\":\"clock\",\"vs\":\"untrusted\"}"
                + ",{\"n\":\"shift\",\"v\":268435456}"
                + ",{\"bn\":\"plant-7/:5Fm/\",\"bt\":268435457.7,\"n\":\"_up\",\"vb\":false}"
                + ",{\"n\":\"_reason\",\"vs\":\"timeout\"}]");
    for (OutboxRecord record : List.of(gap, down)) {
      for (Form form : List.of(Form.SENML_JSON, Form.SENML_CBOR)) {
        var messages = conversation("t", form, 4096).render(record, Lane.LIVE, 2).messages();
        byte[] payload = messages.get(0).payload().getBytes();
        var pack = form == Form.SENML_JSON ? SenmlPack.json(payload) : SenmlPack.cbor(payload);
        assertThat(pack).extracting(SenmlPack.Entry::name).contains("plant-7/_sluice/seq");
      }
    }
    var value = conversation("{device}/{point}", Form.VALUE, 4096);
    assertThat(only(value, gap, Lane.LIVE))
        .isEqualTo(
            "_sluice/gap {\"gap\":{\"first\":70001,\"last\":70420,\"count\":420,\"reason\":\"bytes\"}"
                + ",\"stream\":\"01JD\",\"seq\":9,\"low\":2}");
    assertThat(only(value, down, Lane.LIVE))
        .isEqualTo(
            "%5Fm/_up {\"t\":1700,\"v\":false,\"reason\":\"timeout\",\"stream\":\"01JD\",\"seq\":5"
                + ",\"low\":2,\"clock\":\"untrusted\"}");
    var plain = conversation("{device}/{point}", Form.PLAIN, 4096);
    assertThat(only(plain, down, Lane.LIVE)).isEqualTo("%5Fm/_up false");
    assertThat(only(plain, gap, Lane.LIVE)).startsWith("_sluice/gap {\"gap\":");
  }

  @Test
  void onlyNewsIsRetainedAndOnlyWhatIsAValue() throws Exception {
    var gap = new OutboxRecord(9, RecordKind.GAP, 0, new GapRecord(1, 2, 3, "age").encode());
    var up =
        new OutboxRecord(
            5, RecordKind.DEVICE_STATE, 0, new DeviceStateRecord("m", 17, true, true, "").encode());
    for (Form form : Form.values()) {
      String topic = form.isPerPoint() ? "{device}/{point}" : "{device}";
      var by = conversation(topic, form, Compression.NONE, true, 4_096);
      assertThat(by.render(data(example()), Lane.LIVE, 1).messages())
          .allMatch(Publication::retained);
      assertThat(by.render(data(example()), Lane.HISTORY, 1).messages())
          .noneMatch(Publication::retained);
      assertThat(by.renderLetter("01JC", data(example()), 1).messages())
          .noneMatch(Publication::retained);
      assertThat(by.render(gap, Lane.LIVE, 1).messages()).noneMatch(Publication::retained);
      assertThat(by.render(up, Lane.LIVE, 1).messages())
          .as("%s: only where it has a topic of its own", form)
          .allMatch(m -> m.retained() == form.isPerPoint());
      var without = conversation(topic, form, 4_096);
      assertThat(without.render(data(example()), Lane.LIVE, 1).messages())
          .noneMatch(Publication::retained);
    }
  }

  @Test
  void namesBecomeWhatTopicsAndSenmlAllowAndCanBeReadBack() {
    assertThat(TopicLevel.of("meter-1.a_b")).isEqualTo("meter-1.a_b");
    assertThat(TopicLevel.of("$a/+#%\u0000_")).isEqualTo("%24a%2F%2B%23%25%00_");
    assertThat(TopicLevel.of("_sluice")).isEqualTo("%5Fsluice");
    assertThat(SenmlNames.segment("a_b/\u00fc:1")).isEqualTo("a_b:2F:C3:BC:3A1");
    assertThat(SenmlNames.segment("_up")).isEqualTo(":5Fup");
    assertThat(SenmlNames.gateway("plant_7")).isEqualTo("plant_7");
    assertThat(SenmlNames.gateway("_7")).isEqualTo("x::_7");
    assertThat(SenmlNames.gateway("+7")).isEqualTo("x:::2B7");
  }
}
