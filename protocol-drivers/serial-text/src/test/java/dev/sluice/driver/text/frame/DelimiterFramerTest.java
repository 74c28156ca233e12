package dev.sluice.driver.text.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.SeededRandom;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DelimiterFramerTest {

  private static final int MOST = 4096;
  private static final boolean LONG = Boolean.getBoolean("sluice.long");

  @Test
  void everyChunkingGivesTheSameLines() {
    Random random = SeededRandom.create("chunkings");
    for (int run = 0; run < (LONG ? 100_000 : 2_000); run++) {
      String delimiter = pick(random, "\n", "\r\n", "aab", "\r\r\n", "abab");
      String stream = text(random, random.nextInt(60), "ab\r\nx");
      var framer = framer(delimiter);
      var lines = new ArrayList<String>();
      int at = 0;
      while (at < stream.length()) {
        int end = Math.min(stream.length(), at + 1 + random.nextInt(5));
        lines.addAll(texts(framer.feed(Buffer.buffer(stream.substring(at, end)))));
        at = end;
      }
      List<String> reference = split(stream, delimiter);
      String rest = reference.remove(reference.size() - 1);
      assertThat(lines).as("%s cut at %s", quoted(stream), quoted(delimiter)).isEqualTo(reference);
      assertThat(framer.held()).isEqualTo(rest.length());
    }
  }

  @Test
  void lineOfTheGreatestLengthIsALine() {
    var framer = framer("\r\n");
    String line = "x".repeat(MOST);
    List<Frame> frames = framer.feed(Buffer.buffer(line + "\r\n"));
    assertThat(texts(frames)).containsExactly(line);
    assertThat(frames.get(0).wireLength()).isEqualTo(MOST + 2);
  }

  @Test
  void longerLineIsReportedOnceAndTheNextOneIsReadWhereverTheDelimiterFalls() {
    for (int surplus = 1; surplus < MOST * 3; surplus += LONG ? 1 : 97) {
      var framer = framer("\r\n");
      String stream = "x".repeat(MOST + surplus) + "\r\nnext\r\n";
      List<Frame> frames = framer.feed(Buffer.buffer(stream));
      assertThat(frames).as("%s too many", surplus).hasSize(2);
      assertThat(frames.get(0)).isInstanceOf(Frame.Broken.class);
      assertThat(texts(frames.subList(1, 2))).containsExactly("next");
    }
  }

  @Test
  void restOfALineWhoseBeginningWasNotSeenIsNoLine() {
    var framer = framer("\n");
    framer.feed(Buffer.buffer("123"));
    framer.resetAmidFrame();
    assertThat(framer.held()).isZero();
    assertThat(texts(framer.feed(Buffer.buffer("0.5\n230.5\n")))).containsExactly("230.5");
  }

  @Test
  void textIsUtf8AndWhatIsNotShows() {
    var framer = framer("\n");
    assertThat(texts(framer.feed(Buffer.buffer("21 °C\n")))).containsExactly("21 °C");
    assertThat(texts(framer.feed(Buffer.buffer(new byte[] {'2', (byte) 0xb0, '\n'}))))
        .containsExactly("2\ufffd");
  }

  private static DelimiterFramer framer(String end) {
    return new DelimiterFramer(new byte[0], end.getBytes(StandardCharsets.US_ASCII), 0, MOST, null);
  }

  private static List<String> texts(List<Frame> frames) {
    return frames.stream().map(frame -> ((Frame.Whole) frame).text()).toList();
  }

  /** The plain meaning of cutting a text; the last piece is what has no delimiter yet. */
  private static List<String> split(String stream, String delimiter) {
    var pieces = new ArrayList<String>();
    int at = 0;
    for (int end = stream.indexOf(delimiter); end >= 0; end = stream.indexOf(delimiter, at)) {
      pieces.add(stream.substring(at, end));
      at = end + delimiter.length();
    }
    pieces.add(stream.substring(at));
    return pieces;
  }

  private static String pick(Random random, String... words) {
    return words[random.nextInt(words.length)];
  }

  private static String text(Random random, int length, String alphabet) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}
