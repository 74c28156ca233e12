package dev.sluice.driver.modbus.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.modbus.Seed;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MbapFramesTest {

  private final List<String> seen = new ArrayList<>();
  private final MbapFrames frames =
      new MbapFrames(
          (bytes, offset, length, first, last) -> {
            seen.add(
                HexFormat.of().formatHex(bytes, offset, offset + length)
                    + "@"
                    + first
                    + "-"
                    + last);
            return true;
          });

  private static Buffer bytes(String hex) {
    return Buffer.buffer(HexFormat.of().parseHex(hex));
  }

  /** An exception of 9 bytes and a read of one coil of 10: every way to cut these 19 bytes. */
  @Test
  void everyChunkingOfAStreamGivesTheSameFrames() {
    String one = "000100000003118302";
    String two = "00020000000411010101";
    Buffer stream = bytes(one + two);
    int cuts = stream.length() - 1;
    for (int mask = 0; mask < 1 << cuts; mask++) {
      seen.clear();
      int from = 0;
      int chunk = 0;
      long[] cameWith = new long[stream.length()];
      for (int to = 1; to <= stream.length(); to++) {
        cameWith[to - 1] = chunk;
        if (to == stream.length() || (mask >> (to - 1) & 1) == 1) {
          assertThat(frames.accept(stream.slice(from, to), chunk)).isNull();
          from = to;
          chunk++;
        }
      }
      if (seen.size() != 2
          || !seen.get(0).equals(one + "@" + cameWith[0] + "-" + cameWith[8])
          || !seen.get(1).equals(two + "@" + cameWith[9] + "-" + cameWith[18])) {
        throw new AssertionError("cut as " + Integer.toBinaryString(mask) + ": " + seen);
      }
    }
  }

  @Test
  void longStreamsInRandomPiecesGiveEveryFrameOnce() {
    var random = new Random(Seed.next());
    for (int round = 0; round < Seed.count(100, 5000); round++) {
      var stream = Buffer.buffer();
      var sent = new ArrayList<String>();
      for (int i = 0; i < 50; i++) {
        int length = random.nextInt(2, 255);
        byte[] body = new byte[length];
        random.nextBytes(body);
        Buffer frame =
            Buffer.buffer()
                .appendUnsignedShort(random.nextInt(65_536))
                .appendUnsignedShort(0)
                .appendUnsignedShort(length)
                .appendBytes(body);
        stream.appendBuffer(frame);
        sent.add(HexFormat.of().formatHex(frame.getBytes()));
      }
      seen.clear();
      int most = random.nextInt(1, 2000);
      for (int from = 0; from < stream.length(); ) {
        int to = Math.min(stream.length(), from + random.nextInt(1, most + 1));
        assertThat(frames.accept(stream.slice(from, to), 0)).isNull();
        from = to;
      }
      assertThat(seen).extracting(s -> s.substring(0, s.indexOf(64))).isEqualTo(sent);
    }
  }

  @Test
  void aBadHeaderIsSeenBeforeItsBodyAndAfterGoodFrames() {
    assertThat(frames.accept(bytes("000100000003118302" + "0002" + "0000" + "00FF"), 0))
        .isEqualTo("length 255, expected 2 to 254");
    assertThat(seen).hasSize(1);

    frames.clear();
    assertThat(frames.accept(bytes("00020001"), 0)).isNull();
    assertThat(frames.accept(bytes("0006"), 0)).isEqualTo("protocol id 1, expected 0");
    assertThat(seen).hasSize(1);
  }

  @Test
  void aSinkThatStopsIsNotCalledAgain() {
    MbapFrames[] self = new MbapFrames[1];
    self[0] =
        new MbapFrames(
            (bytes, offset, length, first, last) -> {
              seen.add("frame");
              self[0].clear();
              return false;
            });

    assertThat(self[0].accept(bytes("000100000003118302".repeat(3)), 0)).isNull();

    assertThat(seen).hasSize(1);
    assertThat(self[0].accept(bytes("000100000003118302"), 0)).isNull();
    assertThat(seen).hasSize(2);
  }
}
