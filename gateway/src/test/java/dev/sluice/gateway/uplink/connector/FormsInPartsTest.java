package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever the form, the topic, the compression and the size of a message: the same is said. */
class FormsInPartsTest extends FormsRig {

  private static final List<Form> TOGETHER =
      List.of(Form.JSON, Form.CBOR, Form.SENML_JSON, Form.SENML_CBOR);

  private static Set<String> devices(Form form, Publication message) throws IOException {
    return Told.of(form, List.of(message)).readings.keySet().stream()
        .map(name -> name.substring(0, name.indexOf("-device")))
        .collect(Collectors.toSet());
  }

  private static void check(
      Form form, Conversation.Rendered rendered, Map<String, String> expected, Lane lane, int limit)
      throws Exception {
    List<Publication> messages = rendered.messages();
    for (Publication message : messages) {
      int topic = message.topic().getBytes(StandardCharsets.UTF_8).length;
      assertThat(message.payload().length() + topic + Publication.OVERHEAD)
          .as("%s", form)
          .isLessThanOrEqualTo(limit);
      assertThat(Told.unpacked(message).length).isLessThanOrEqualTo(8 * limit);
    }
    Told told = Told.of(form, messages);
    assertThat(told.readings).as("%s", form).isEqualTo(expected);
    String rest = " 3 " + (lane == Lane.HISTORY ? "\"history\"" : "") + " ";
    for (int i = 1; i <= messages.size(); i++) {
      assertThat(told.headings.get(i))
          .as("%s", form)
          .isEqualTo("\"01JD\" 81423 " + i + " " + messages.size() + rest);
    }
  }

  @Test
  void everyReadingIsToldOnceInEachFormSplitAtEachSize() throws Exception {
    Random random = Seed.random();
    int rounds = Boolean.getBoolean("sluice.long") ? 500 : 5;
    boolean splits = false;
    for (int round = 0; round < rounds; round++) {
      boolean first = round == 0; // one that is sure to be split
      byte[] payload = plant(random, first ? 60 : 1);
      int limit = first ? 1_024 : 1_024 + random.nextInt(4_096);
      Lane lane = Lane.values()[random.nextInt(2)];
      var whole = conversation("{lane}", Form.JSON, 1 << 20).render(data(payload), lane, 3);
      Map<String, String> expected = Told.of(Form.JSON, whole.messages()).readings;
      assertThat(expected).isNotEmpty();
      for (Form form : TOGETHER) {
        for (String topic : List.of("t/{encoding}", "{device}/{encoding}")) {
          Compression compression = Compression.values()[first ? 0 : random.nextInt(3)];
          var by = conversation(topic, form, compression, false, limit);
          var rendered = by.render(data(payload), lane, 3);
          splits |= rendered.messages().size() > 2 && !topic.startsWith("{device}");
          check(form, rendered, expected, lane, limit);
          if (topic.startsWith("{device}")) {
            assertThat(rendered.messages())
                .as("one device in each message")
                .allSatisfy(m -> assertThat(devices(form, m)).hasSize(1));
          }
        }
      }
      var each = conversation("{device}/{point}", Form.VALUE, limit);
      var values = each.render(data(payload), lane, 3);
      check(Form.VALUE, values, expected, lane, limit);
      var bare = conversation("{device}/{point}", Form.PLAIN, limit);
      plain(bare.render(data(payload), lane, 3).messages(), values.messages());
    }
    assertThat(splits).as("something is split into many").isTrue();
  }

  /** The rest of its record is delivered, whatever the form. */
  @Test
  void aTextThatFitsNoMessageIsTheOnlyThingThatIsNotSent() throws Exception {
    Random letters = Seed.random();
    String huge =
        letters.ints(20_000, ' ', 'z').mapToObj(Character::toString).collect(Collectors.joining());
    byte[] payload =
        new DataRecords()
            .column("before", "", ValueType.INT16)
            .column("text", "", ValueType.STRING)
            .column("after", "", ValueType.INT16)
            .row("d", 1_700_000_000_000L, 1L, huge, 2L)
            .payload();
    for (Form form : List.of(Form.SENML_JSON, Form.SENML_CBOR, Form.VALUE)) {
      var rendered =
          conversation("{device}" + (form == Form.VALUE ? "/{point}" : "/"), form, 1_024)
              .render(data(payload), Lane.LIVE, 3);
      assertThat(rendered.losses()).isEqualTo(1);
      assertThat(Told.of(form, rendered.messages()).readings)
          .containsOnly(
              Map.entry("d/before@1700000000000", "1"),
              Map.entry("d/text@1700000000000#q", "\"bad_value\""),
              Map.entry("d/after@1700000000000", "2"));
    }
    var bare =
        conversation("{device}/{point}", Form.PLAIN, 1_024).render(data(payload), Lane.LIVE, 3);
    assertThat(bare.losses()).isEqualTo(1);
    assertThat(bare.messages()).extracting(FormsRig::text).containsExactly("1", "", "2");
  }

  @Test
  void namesThatAreTooLongForAMessageAreSaid() {
    byte[] payload =
        new DataRecords().column("p".repeat(2_000), "", ValueType.INT16).row("d", 9, 1L).payload();
    for (Form form : Form.values()) {
      String topic = form.isPerPoint() ? "{device}/{point}" : "{device}";
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> conversation(topic, form, 1_024).render(data(payload), Lane.LIVE, 3))
          .as("%s", form)
          .isInstanceOf(RenderException.class)
          .hasMessageContaining("record 81423");
    }
  }
}
