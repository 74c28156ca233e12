package dev.sluice.driver.text;

import static dev.sluice.driver.text.PtyPeer.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.testkit.Polled;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Each framer and each way to find values as configured, over a pseudo-terminal. */
class FramesOnALineTest {

  private static final JsonObject AS_IS = new JsonObject();

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  /** Answers each request with the same bytes. */
  private void answers(Pty pty, char end, String answer) {
    PtyPeer.on(
        pty,
        end,
        (peer, request) -> {
          heard.add(request);
          peer.write(bytes(answer));
        });
  }

  @Test
  void aRequestFromATemplateWithItsChecksumAndColumnsFromTheAnswer() {
    var device =
        SerialRig.device(
            new JsonObject(
                """
                {"request": "#{address}{channel}{checksum}\\\\r", "address": "01",
                 "parameters": {"channel": 2},
                 "requestChecksum": {"kind": "sum8", "as": "hex"},
                 "delimiter": "\\\\r", "checksum": {"kind": "sum8", "as": "hex"},
                 "separator": " "}
                """),
            "a",
            "{\"column\":2}",
            "b",
            "{\"column\":3,\"type\":\"float64\"}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      // sum8 of "#012" is B6, of ">01  +1.50   2e3" F8.
      answers(pty, '\r', ">01  +1.50   2e3F8\r");
      rig.connect();
      assertThat(rig.read()).isEqualTo("a=1.50 b=2000.0");
      assertThat(heard).containsExactly("#012B6\r");
    }
  }

  @Test
  void aBlockBetweenStxAndEtxWithItsCheckCharacterBehind() {
    var device =
        SerialRig.device(
            new JsonObject(
                """
                {"request": "\\\\x05", "frame": {"start": "\\\\x02", "end": "\\\\x03"},
                 "checksum": {"kind": "xor", "skip": 1, "behindEnd": true}}
                """),
            "v",
            "{\"byte\":2,\"length\":4}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      answers(pty, '\u0005', "noise\u0002T=21.5\u0003r");
      rig.connect();
      assertThat(rig.read()).isEqualTo("v=21.5");
      assertThat(rig.counts.counted("skipped_bytes")).isEqualTo(5);
    }
  }

  @Test
  void aFrameWithALengthFieldAndNumbersInIt() {
    var device =
        SerialRig.device(
            new JsonObject(
                """
                {"request": "?", "frame": {"by": "length", "start": "\\\\xaa", "offset": 1, "add": 4},
                 "checksum": {"kind": "crc16-modbus"}}
                """),
            "i",
            "{\"byte\":2,\"binary\":\"int16\"}",
            "f",
            "{\"byte\":4,\"binary\":\"float32\",\"order\":\"little\"}",
            "u",
            "{\"byte\":8,\"binary\":\"uint8\"}");
    String frame = "\u00aa\u0007\u00ff\u00fe\u0000\u0000\u00c0\u003f\u00c8\u00c7\u003a";
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      answers(pty, '?', "\u00aa\u00aa\u0000" + frame);
      rig.connect();
      assertThat(rig.read())
          .as("behind noise that looks like a start")
          .isEqualTo("i=-2 f=1.5 u=200");
    }
  }

  @Test
  void framesOfAFixedLengthFromADeviceThatSendsByItself() {
    var device =
        SerialRig.device(
            new JsonObject(
                """
                {"frame": {"by": "fixed", "length": 5, "start": "\\\\x0f"},
                 "checksum": {"kind": "lrc"}}
                """),
            "v",
            "{\"byte\":1,\"binary\":\"uint16\"}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      rig.connect();
      // The rest of a frame, and two whole ones without a pause between them.
      pty.write(bytes("\u0000\u00fe\u000f\u0001\u0002\u0000\u00ee"));
      pty.write(bytes("\u000f\u0001\u0003\u0000\u00ed"));
      assertThat(rig.next()).isEqualTo("v=258");
      assertThat(rig.next()).isEqualTo("v=259");
      pty.write(bytes("\u000f\u0001\u0003\u0000\u00ec"));
      assertThat(rig.next()).startsWith("refused: found checksum EC, expected ED");
      pty.write(bytes("\u000f\u0001\u0004\u0000\u00ec"));
      assertThat(rig.next()).isEqualTo("v=260");
      assertThat(rig.counts.counted("broken_frames_checksum")).isEqualTo(1);
    }
  }

  @Test
  void aFrameThatOnlySilenceEnds() {
    var device =
        SerialRig.device(
            new JsonObject(
                "{\"request\": \"?\", \"frame\": {\"by\": \"gap\", \"silence\": \"500ms\"}}"),
            "v",
            "{\"byte\":2,\"length\":3}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      PtyPeer.on(
          pty,
          '?',
          (peer, request) -> {
            peer.write(bytes("v="));
            peer.write(bytes("215"));
          });
      rig.connect();
      Polled polled = rig.run(SerialRig.PATIENT);
      assertThat(polled.succeededResult().values().bits(0)).isEqualTo(215);
      assertThat(Duration.ofNanos(polled.nanos())).isGreaterThan(Duration.ofMillis(500));
      assertThat(polled.succeededResult().timing().bytesIn()).isEqualTo(5);
    }
  }

  @Test
  void aReplyThatIsDamagedIsTheFailureOfItsPollAsSoonAsTheLineIsSilent() {
    var device =
        SerialRig.device(
            new JsonObject(
                """
                {"request": "?", "frame": {"by": "fixed", "length": 4}, "checksum": {"kind": "lrc"}}
                """),
            "v",
            "{\"byte\":0,\"binary\":\"uint16\"}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      answers(pty, '?', "\u0001\u0003\u0000\u00fb");
      rig.connect();
      Polled polled = rig.run(SerialRig.PATIENT);
      polled.failedWith(PollFailure.BAD_REPLY);
      assertThat(polled.failedInWords()).hasMessageContaining("expected FC");
      assertThat(Duration.ofNanos(polled.nanos())).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aReplyWithoutEndIsRefusedAtItsLimitAndCounted() {
    var device =
        SerialRig.device(
            new JsonObject(
                "{\"request\": \"?\", \"frame\": {\"end\": \"\\\\n\", \"maxBytes\": 16}}"),
            "v",
            "{\"column\":1}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      answers(pty, '?', "x".repeat(40));
      rig.connect();
      Polled polled = rig.run(SerialRig.PATIENT);
      polled.failedWith(PollFailure.BAD_REPLY);
      assertThat(polled.failedInWords()).hasMessageContaining("16");
      assertThat(rig.counts.counted("broken_frames_length")).isEqualTo(1);
    }
  }

  @Test
  void aFrameThatIsTooShortForItsPlacesIsRefused() {
    var device = SerialRig.device(new JsonObject("{\"request\": \"?\"}"), "a", "{\"column\":3}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      answers(pty, '?', "1,2\n");
      rig.connect();
      Polled polled = rig.run(SerialRig.PATIENT);
      polled.failedWith(PollFailure.BAD_REPLY);
      assertThat(polled.failedInWords()).hasMessageContaining("at least 3 columns");
    }
  }
}
