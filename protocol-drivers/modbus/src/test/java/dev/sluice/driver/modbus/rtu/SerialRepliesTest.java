package dev.sluice.driver.modbus.rtu;

import static dev.sluice.driver.modbus.rtu.PtySlave.withCrc;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.Quality;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One request over a real terminal, and all that can come in place of its reply. */
class SerialRepliesTest {

  @Test
  void valuesTimesAndBytesOfAReply() {
    try (var rig = new SerialRig(asked -> asked.send(asked.reply()))) {
      PollResult result = rig.run(rig.registers(5, 100, 10));

      assertThat(SerialRig.isRight(result, 5, 100)).isTrue();
      assertThat(result.timing().bytesOut()).isEqualTo(8);
      assertThat(result.timing().bytesIn()).isEqualTo(25);
      assertThat(result.timing().busNanos()).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, REJECTED, ILLEGAL_FUNCTION",
    "2, REJECTED, ILLEGAL_ADDRESS",
    "3, REJECTED, ILLEGAL_VALUE",
    "4, REJECTED, DEVICE_FAILURE",
    "5, BUSY, ACKNOWLEDGED",
    "6, BUSY, BUSY",
    "8, REJECTED, MEMORY_PARITY",
    "10, UNREACHABLE, GATEWAY_PATH",
    "11, UNREACHABLE, GATEWAY_TARGET",
    "99, REJECTED, UNKNOWN_ERROR"
  })
  void eachExceptionHasItsOwnQuality(int code, PollFailure failure, Quality quality) {
    try (var rig = new SerialRig(asked -> asked.send(asked.exception(code)))) {
      PollException refusal = rig.refusal(rig.registers(5, 100, 10), SerialRig.PATIENT_MILLIS);

      assertThat(refusal.failure()).isEqualTo(failure);
      assertThat(refusal.quality()).isEqualTo(quality);
      assertThat(refusal.busNanos()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unit", "function", "count", "crc"})
  void aReplyWithAnythingWrongIsNeverAccepted(String what) {
    try (var rig =
        new SerialRig(
            asked -> {
              byte[] reply = asked.reply();
              byte[] body = Arrays.copyOf(reply, reply.length - 2);
              switch (what) {
                case "unit" -> body[0]++;
                case "function" -> body[1] = 4;
                case "count" -> {
                  body = Arrays.copyOf(body, body.length - 2);
                  body[2] -= 2;
                }
                default -> {}
              }
              byte[] frame = withCrc(body);
              if (what.equals("crc")) {
                frame[frame.length - 1] ^= 1;
              }
              asked.send(frame);
            })) {
      PollException refusal = rig.refusal(rig.registers(5, 100, 10), 300);

      assertThat(refusal.failure()).isIn(PollFailure.BAD_REPLY, PollFailure.TIMEOUT);
    }
  }

  @Test
  void noiseBeforeTheReplyIsSkipped() {
    byte[] noise = {0, 0, 5, 3, 77, (byte) 0xFF, 5, 0};
    try (var rig = new SerialRig(asked -> asked.send(noise, asked.reply()))) {
      assertThat(SerialRig.isRight(rig.run(rig.registers(5, 100, 10)), 5, 100)).isTrue();
      assertThat(rig.context.counted("noise_bytes")).isEqualTo(noise.length);
    }
  }

  @Test
  void bytesBehindTheReplyMakeItVoid() {
    try (var rig = new SerialRig(asked -> asked.send(asked.reply(), new byte[] {1}))) {
      PollException refusal = rig.refusal(rig.registers(5, 100, 10), SerialRig.PATIENT_MILLIS);

      assertThat(refusal.failure()).isEqualTo(PollFailure.BAD_REPLY);
      assertThat(refusal).hasMessageContaining("bytes behind the reply");
      assertThat(rig.counted).containsEntry("trailing_bytes", 1);
    }
  }

  @Test
  void anAdapterThatHearsItselfIsFoundOut() {
    try (var rig = new SerialRig(asked -> asked.send(asked.frame(), asked.reply()))) {
      for (int i = 0; i < 3; i++) {
        assertThat(SerialRig.isRight(rig.run(rig.registers(5, 100, 10)), 5, 100)).isTrue();
      }
    }
  }

  /** A damaged echo says nothing; and without it the adapter would count as one that is deaf. */
  @Test
  void aDamagedEchoDoesNotMakeTheAdapterDeaf() {
    int[] asked = {0};
    try (var rig =
        new SerialRig(
            request -> {
              byte[] echo = request.frame().clone();
              if (asked[0]++ == 1) {
                echo[3] ^= 0x10;
              }
              request.send(echo);
              Thread.sleep(120); // longer than the byte gap: an echo alone must not be damage
              request.send(request.reply());
            })) {
      assertThat(SerialRig.isRight(rig.run(rig.registers(5, 100, 10)), 5, 100)).isTrue();
      rig.refusal(rig.registers(5, 200, 10), 400);
      for (int i = 0; i < 3; i++) {
        assertThat(SerialRig.isRight(rig.run(rig.registers(5, 300, 10)), 5, 300)).isTrue();
      }
    }
  }

  @Test
  void noiseBeforeTheFirstEchoDoesNotHideIt() {
    int[] asked = {0};
    try (var rig =
        new SerialRig(
            request -> {
              if (asked[0]++ == 0) {
                request.send(new byte[] {0});
              }
              request.send(request.frame(), request.reply());
            })) {
      assertThat(SerialRig.isRight(rig.run(rig.registers(5, 100, 10)), 5, 100)).isTrue();
      assertThat(rig.link.hearsItself()).isEqualTo(Echo.YES);
    }
  }

  /** USB adapters hand bytes over every 16 ms; a frame does not end because of that. */
  @Test
  void gapsInsideAReplyDoNotEndIt() {
    try (var rig =
        new SerialRig(
            Echo.UNKNOWN,
            Duration.ofSeconds(5),
            asked -> {
              byte[] reply = asked.reply();
              for (int at = 0; at < reply.length; at += 7) {
                asked.send(Arrays.copyOfRange(reply, at, Math.min(at + 7, reply.length)));
                Thread.sleep(16);
              }
            })) {
      for (int i = 0; i < 20; i++) {
        assertThat(SerialRig.isRight(rig.run(rig.registers(5, 100, 10)), 5, 100)).isTrue();
      }
      assertThat(rig.counted).isEmpty();
    }
  }

  @Test
  void aReplyByteForByteIsPutTogether() {
    try (var rig =
        new SerialRig(
            Echo.UNKNOWN,
            Duration.ofSeconds(5),
            asked -> {
              for (byte b : asked.reply()) {
                asked.send(new byte[] {b});
              }
            })) {
      assertThat(SerialRig.isRight(rig.run(rig.registers(5, 100, 100)), 5, 100)).isTrue();
    }
  }

  @Test
  void aDamagedReplyCostsTheByteGapAndNotTheTimeout() {
    try (var rig =
        new SerialRig(
            asked -> {
              byte[] reply = asked.reply();
              reply[9] ^= 0x10;
              asked.send(reply);
            })) {
      PollException refusal = rig.refusal(rig.registers(5, 100, 10), 60_000);

      assertThat(refusal.failure()).isEqualTo(PollFailure.BAD_REPLY);
      assertThat(rig.counted).containsEntry("crc_errors", 1);
    }
  }

  @Test
  void aFewBytesOfNoiseDoNotEndTheWaitForTheReply() {
    try (var rig =
        new SerialRig(
            asked -> {
              asked.send(new byte[] {0, 7, 1});
              Thread.sleep(200); // longer than the byte gap: the device takes its time
              asked.send(asked.reply());
            })) {
      assertThat(SerialRig.isRight(rig.run(rig.registers(5, 100, 10)), 5, 100)).isTrue();
    }
  }

  @Test
  void whoDoesNotAnswerIsNamedWithWhatWasAsked() {
    try (var rig = new SerialRig(asked -> {})) {
      PollException refusal = rig.refusal(rig.registers(5, 100, 10), 400);

      assertThat(refusal.failure()).isEqualTo(PollFailure.TIMEOUT);
      assertThat(refusal).hasMessage("unit 5 did not answer fc3 100..109 within 400 ms");
      assertThat(refusal.quietNanos()).isBetween(1L, 400_000_000L);
    }
  }
}
