package dev.sluice.driver.text;

import static dev.sluice.driver.text.PtyPeer.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.PollFailure;
import dev.sluice.driver.testkit.Pty;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Receivers and scales that are known by name, over a pseudo-terminal. */
class ProfileTest {

  private static final JsonObject AS_IS = new JsonObject();
  private static final String[] WEIGHT = {
    "weight", "{\"at\":\"weight\"}",
    "unit", "{\"at\":\"unit\"}",
    "stable", "{\"at\":\"stable\"}",
    "overload", "{\"at\":\"overload\"}",
  };

  private static JsonObject profile(String name) {
    return new JsonObject().put("profile", name);
  }

  @Test
  void sentencesOfAnyTalkerAreReadByFieldAndOthersAreLeftAlone() {
    var device =
        SerialRig.device(
            profile("nmea0183"),
            "lat",
            "{\"at\":\"GGA 2 degrees\"}",
            "lon",
            "{\"at\":\"GGA 4 degrees\"}",
            "satellites",
            "{\"at\":\"GGA 7\",\"type\":\"int64\"}",
            "height",
            "{\"at\":\"GGA 9\"}",
            "speed",
            "{\"at\":\"VTG 7\"}",
            "rate",
            "{\"at\":\"PGRMZ 1\"}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), new JsonObject().put("baud", 4800), device)) {
      rig.connect();
      pty.write(bytes("19,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n"));
      pty.write(bytes("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n"));
      assertThat(rig.next())
          .isEqualTo("lat=48.1173 lon=11.516666666666667 satellites=8 height=545.4");
      assertThat(pty.baud()).isEqualTo(4800);
      pty.write(bytes("$GPGSV,1,1,00*79\r\n$GNVTG,054.7,T,034.4,M,005.5,N,010.2,K*56\r\n"));
      assertThat(rig.next()).isEqualTo("speed=010.2".replace("010", "10"));
      pty.write(bytes("$PGRMZ,246,f,3*1B\r\n"));
      assertThat(rig.next()).isEqualTo("rate=246");
      pty.write(bytes("$GLGGA,,,,,,0,,,,,,,,\r\n"));
      assertThat(rig.next())
          .as("without a fix, and without a checksum")
          .isEqualTo("lat=bad_value lon=bad_value satellites=bad_value height=bad_value");
    }
  }

  @Test
  void aSentenceWithAWrongChecksumIsRefusedAndCountedAndTheNextOneIsRead() {
    var device = SerialRig.device(profile("nmea0183"), "height", "{\"at\":\"GGA 9\"}");
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      rig.connect();
      pty.write(bytes("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,945.4,M,46.9,M,,*47\r\n"));
      assertThat(rig.next()).startsWith("refused: found checksum 47, expected 4B");
      pty.write(bytes("$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n"));
      assertThat(rig.next()).isEqualTo("height=545.4");
      assertThat(rig.counts.counted("broken_frames_checksum")).isEqualTo(1);
    }
  }

  @Test
  void aScaleThatSendsByItselfTellsWeightUnitAndWhetherItIsStable() {
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, SerialRig.device(profile("scale"), WEIGHT))) {
      rig.connect();
      pty.write(bytes("2.345kg\r\nST,GS,+  12.345kg\r\nUS,NT,-   0.20kg\r\nOL,GS,+9999999kg\r\n"));
      assertThat(rig.next()).isEqualTo("weight=12.345 unit=kg stable=1 overload=0");
      assertThat(rig.next()).isEqualTo("weight=-0.20 unit=kg stable=0 overload=0");
      assertThat(rig.next()).isEqualTo("weight=out_of_range unit=bad_value stable=0 overload=1");
      pty.write(bytes("ST,+00123.45  g\r\nQT,+00000012 PC\r\nS?,GS,+  12.345kg\r\n"));
      assertThat(rig.next()).isEqualTo("weight=123.45 unit=g stable=1 overload=0");
      assertThat(rig.next()).isEqualTo("weight=12 unit=PC stable=1 overload=0");
      assertThat(rig.next()).startsWith("refused: ");
    }
  }

  @Test
  void aScaleIsAskedInItsOwnWords() {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    var device = SerialRig.device(profile("scale").put("request", "Q\\r\\n"), WEIGHT);
    try (Pty pty = Pty.open();
        var rig = new SerialRig(pty.path(), AS_IS, device)) {
      PtyPeer.on(
          pty,
          '\n',
          (end, request) -> {
            heard.add(request);
            end.write(bytes("ST,GS,+  12.345kg\r\n"));
          });
      rig.connect();
      assertThat(rig.read()).isEqualTo("weight=12.345 unit=kg stable=1 overload=0");
      assertThat(heard).containsExactly("Q\r\n");
    }
  }

  @Test
  void aScaleWithTheStandardCommandSetIsAskedAndMayBeBusy() {
    var answers =
        new LinkedBlockingQueue<>(
            List.of("S S     12.34 g\r\n", "S D     -0.5 kg\r\n", "S +\r\n", "S I\r\n", "ES\r\n"));
    try (Pty pty = Pty.open();
        var rig =
            new SerialRig(pty.path(), AS_IS, SerialRig.device(profile("scale-sics"), WEIGHT))) {
      PtyPeer.on(
          pty,
          '\n',
          (end, request) -> end.write(bytes(request.equals("SI\r\n") ? answers.poll() : "EL\r\n")));
      rig.connect();
      assertThat(rig.read()).isEqualTo("weight=12.34 unit=g stable=1 overload=0");
      assertThat(rig.read()).isEqualTo("weight=-0.5 unit=kg stable=0 overload=0");
      assertThat(rig.read()).isEqualTo("weight=out_of_range unit=bad_value stable=0 overload=1");
      rig.run(java.time.Duration.ofMillis(200)).failedWith(PollFailure.BUSY);
      rig.run(java.time.Duration.ofMillis(900)).failedWith(PollFailure.REJECTED);
    }
  }
}
