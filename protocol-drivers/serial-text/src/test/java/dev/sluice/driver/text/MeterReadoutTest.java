package dev.sluice.driver.text;

import static dev.sluice.driver.text.PtyPeer.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.testkit.Polled;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A meter is read out by IEC 62056-21 mode C, over a pseudo-terminal that knows its speed. */
class MeterReadoutTest {

  private static final JsonObject PORT =
      new JsonObject().put("baud", 300).put("dataBits", 7).put("parity", "even");

  private static final String DATA =
      "F.F(00000000)\r\n0.0.0(12345678)\r\n1-0:1.8.0*255(0001234.56*kWh)\r\n"
          + "1.8.0*01(0000999.99*kWh)\r\n1-0:1.6.1*255(0.123*kW)(1904010915)\r\n!\r\n";

  private final List<String> heard = new CopyOnWriteArrayList<>();

  private static String block(String data) {
    String covered = data + "\u0003";
    int bcc = covered.chars().reduce(0, (a, b) -> a ^ b);
    return "\u0002" + covered + (char) bcc;
  }

  private SerialRig rig(Pty pty, JsonObject more) {
    return new SerialRig(
        pty.path(),
        PORT,
        SerialRig.device(
            more.put("profile", "iec62056-21"),
            "energy",
            "{\"at\":\"1.8.0\"}",
            "before",
            "{\"at\":\"1.8.0*01\"}",
            "peak",
            "{\"at\":\"1.6.1\"}",
            "peak_at",
            "{\"at\":\"1.6.1 #2\",\"type\":\"string\"}",
            "serial",
            "{\"at\":\"0.0.0\",\"type\":\"string\"}",
            "none",
            "{\"at\":\"9.9.9\"}"));
  }

  /** A meter that notes what it hears, and at which speed of the port. */
  private void meter(Pty pty, String identification, String data) {
    PtyPeer.on(
        pty,
        '\n',
        (end, request) -> {
          heard.add(request.replace("\u0006", "<ACK>").strip() + " at " + end.baud());
          if (request.startsWith("/?")) {
            end.write(bytes(identification));
          } else if (request.startsWith("\u0006")) {
            awaitSpeed(end, request.charAt(2));
            heard.add("block at " + end.baud());
            end.write(bytes(data));
          }
        });
  }

  /** A real meter takes 200 ms before it speaks at the new speed. */
  private static void awaitSpeed(Pty pty, char code) {
    int wanted = code == '5' ? 9600 : 300;
    long limit = System.nanoTime() + 5_000_000_000L;
    while (pty.baud() != wanted && System.nanoTime() < limit) {
      Thread.onSpinWait();
    }
  }

  private static final String ALL =
      "energy=1234.56 before=999.99 peak=0.123 peak_at=1904010915 serial=12345678 none=bad_value";

  @Test
  void signOnAcknowledgementAndDataBlockWithTheSpeedThatTheMeterOffers() {
    try (Pty pty = Pty.open();
        var rig = rig(pty, new JsonObject())) {
      meter(pty, "/ABC5METER\r\n", block(DATA));
      rig.connect();
      assertThat(rig.read()).isEqualTo(ALL);
      assertThat(rig.read()).as("a second time, from the beginning").isEqualTo(ALL);
      assertThat(heard)
          .containsExactly(
              "/?! at 300",
              "<ACK>050 at 300",
              "block at 9600",
              "/?! at 300",
              "<ACK>050 at 300",
              "block at 9600");
    }
  }

  @Test
  void theSpeedStaysWhereItIsNotToBeSwitchedAndAnAddressIsSaid() {
    try (Pty pty = Pty.open();
        var rig = rig(pty, new JsonObject().put("switchBaud", false).put("address", "0042"))) {
      meter(pty, "/ABC5METER\r\n", block(DATA));
      rig.connect();
      assertThat(rig.read()).isEqualTo(ALL);
      assertThat(heard).containsExactly("/?0042! at 300", "<ACK>000 at 300", "block at 300");
    }
  }

  @Test
  void aBlockWithAWrongCheckCharacterIsRefusedAndTheSpeedIsThatOfTheBeginningAgain() {
    String damaged = block(DATA).replace("1234.56", "1834.56");
    try (Pty pty = Pty.open();
        var rig = rig(pty, new JsonObject())) {
      meter(pty, "/ABC5METER\r\n", damaged);
      rig.connect();
      Polled polled = rig.run(SerialRig.PATIENT);
      polled.failedWith(PollFailure.BAD_REPLY);
      assertThat(polled.failedInWords()).hasMessageContaining("checksum");
      assertThat(rig.counts.counted("broken_frames_checksum")).isEqualTo(1);
      rig.until(() -> pty.baud() == 300);
    }
  }

  @Test
  void aMeterThatIsNotThereCostsItsReactionTimeAndNotTheWholeTimeoutOfAReadout() {
    try (Pty pty = Pty.open();
        var rig = rig(pty, new JsonObject())) {
      rig.connect();
      Polled polled = rig.run(Duration.ofSeconds(15));
      polled.failedWith(PollFailure.TIMEOUT);
      assertThat(Duration.ofNanos(polled.nanos())).isLessThan(Duration.ofSeconds(8));
      assertThat(polled.failedInWords()).hasMessageContaining("/?!");
    }
  }

  @Test
  void aMeterOfAnotherModeIsToldInWords() {
    try (Pty pty = Pty.open();
        var rig = rig(pty, new JsonObject())) {
      meter(pty, "/ABCBMETER\r\n", "");
      rig.connect();
      Polled polled = rig.run(SerialRig.PATIENT);
      polled.failedWith(PollFailure.BAD_REPLY);
      assertThat(polled.failedInWords())
          .hasMessageContaining("mode C")
          .hasMessageContaining("ABCB");
    }
  }
}
