package dev.sluice.gateway.uplink.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.DeviceStateRecord;
import dev.sluice.gateway.outbox.OutboxRecord;
import dev.sluice.gateway.outbox.RecordKind;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Readings from before the clock was trusted, when they are sent. */
class CorrectedTimeTest {

  private static final long OFFSET = 1_700_000_000_000L;

  /** Of boot-1 it is known what time it was until one minute after it came up. */
  private static final ClockOffsets KNOWN =
      (boot, monotonic) ->
          boot.equals("boot-1") && monotonic <= 60_000
              ? OptionalLong.of(OFFSET)
              : OptionalLong.empty();

  private static JsonNode sent(Form form, ClockOffsets offsets, RecordKind kind, byte[] payload)
      throws Exception {
    var form4096 = new MqttForm("g", "u", "t", "", form, Compression.NONE, 4_096);
    var rendered =
        new MqttConnector(form4096, offsets)
            .conversation("S")
            .render(new OutboxRecord(7, kind, 1, payload), Lane.LIVE, 7);
    assertThat(rendered.messages()).hasSize(1);
    byte[] bytes = rendered.messages().get(0).payload().getBytes();
    JsonNode message = (form == Form.JSON ? new ObjectMapper() : new CBORMapper()).readTree(bytes);
    long first =
        kind == RecordKind.DATA
            ? message.at("/devices/m/0/t").asLong()
            : message.at("/state/m/t").asLong();
    assertThat(rendered.timeMillis())
        .as("for the age of what waits")
        .isEqualTo(message.path("clock").asText().equals("untrusted") ? 0 : first);
    return message;
  }

  /** The wall clock stood at 1000 and 1020 ms of 1970; the machine was up for 5 and 25 ms. */
  private static byte[] early() {
    return new DataRecords()
        .column("x", ValueType.INT16)
        .untrusted()
        .row("m", 1_000, 1L)
        .row("m", 1_020, 2L)
        .payload();
  }

  @Test
  void theyAreCorrectedAndSaySoInAnyForm() throws Exception {
    for (Form form : List.of(Form.JSON, Form.CBOR)) {
      JsonNode message = sent(form, KNOWN, RecordKind.DATA, early());
      assertThat(message.path("clock").asText()).isEqualTo("corrected");
      assertThat(message.at("/devices/m/0/t").asLong()).isEqualTo(OFFSET + 5);
      assertThat(message.at("/devices/m/1/t").asLong()).isEqualTo(OFFSET + 25);
      assertThat(message.at("/devices/m/1/v/x").asInt()).isEqualTo(2);
    }
  }

  @Test
  void withoutKnowledgeTheyStayUntrusted() throws Exception {
    for (Form form : List.of(Form.JSON, Form.CBOR)) {
      JsonNode message = sent(form, ClockOffsets.NONE, RecordKind.DATA, early());
      assertThat(message.path("clock").asText()).isEqualTo("untrusted");
      assertThat(message.at("/devices/m/0/t").asLong()).isEqualTo(1_000);
    }
  }

  @Test
  void trustedOnesAreLeftAlone() throws Exception {
    byte[] trusted = new DataRecords().column("x", ValueType.INT16).row("m", 1_000, 1L).payload();
    JsonNode message = sent(Form.JSON, KNOWN, RecordKind.DATA, trusted);
    assertThat(message.has("clock")).isFalse();
    assertThat(message.at("/devices/m/0/t").asLong()).isEqualTo(1_000);
  }

  @Test
  void statesOfDevicesAreCorrectedToo() throws Exception {
    for (Form form : List.of(Form.JSON, Form.CBOR)) {
      byte[] down = new DeviceStateRecord("m", 9, false, false, "timeout", "boot-1", 4).encode();
      JsonNode message = sent(form, KNOWN, RecordKind.DEVICE_STATE, down);
      assertThat(message.path("clock").asText()).isEqualTo("corrected");
      assertThat(message.at("/state/m/t").asLong()).isEqualTo(OFFSET + 4);
      for (DeviceStateRecord unknown :
          new DeviceStateRecord[] {
            new DeviceStateRecord("m", 9, false, false, "timeout", "boot-2", 4),
            new DeviceStateRecord("m", 9, false, false, "timeout", "boot-1", 60_001),
            new DeviceStateRecord("m", 9, false, false, "timeout")
          }) {
        message = sent(form, KNOWN, RecordKind.DEVICE_STATE, unknown.encode());
        assertThat(message.path("clock").asText()).isEqualTo("untrusted");
        assertThat(message.at("/state/m/t").asLong()).isEqualTo(9);
      }
    }
  }
}
