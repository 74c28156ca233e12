package dev.sluice.driver.text.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.testkit.SeededRandom;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What all framers promise, in streams of frames and garbage, cut by chance. */
class FramerTest {

  private static final boolean LONG = Boolean.getBoolean("sluice.long");
  private static final int RUNS = LONG ? 50_000 : 100;
  private static final byte[] STX = {2};
  private static final byte[] ETX = {3};
  private static final byte[] NONE = {};
  private static final Checksum CRC =
      new Checksum(ChecksumKind.CRC16_MODBUS, 0, 0, 0, false, true, null);
  private static final Checksum BCC = new Checksum(ChecksumKind.XOR, 1, 0, 0, false, false, null);
  private static final BlockSize FIXED = new BlockSize.Fixed(12);

  /** Ways to frame, and how a frame of them is written. */
  enum Way {
    LINES(() -> new DelimiterFramer(NONE, new byte[] {'\r', '\n'}, 0, 64, null)),
    STX_ETX_BCC(() -> new DelimiterFramer(STX, ETX, 1, 64, BCC)),
    LENGTH_CRC(() -> new BlockFramer(NONE, field(false, 4), 64, 1, CRC)),
    START_LENGTH_CRC(() -> new BlockFramer(STX, field(true, 4), 64, 1, CRC)),
    START_FIXED_CRC(() -> new BlockFramer(STX, FIXED, 64, 1, CRC)),
    FIXED_CRC(() -> new BlockFramer(NONE, FIXED, 64, 1, CRC)),
    GAP_CRC(() -> new GapFramer(1, 64, CRC)),
    /** Without a start and a checksum: only silence helps. */
    LENGTH_ONLY(() -> new BlockFramer(NONE, field(false, 2), 64, 1, null)),
    FIXED_ONLY(() -> new BlockFramer(NONE, FIXED, 64, 1, null));

    private final Supplier<Framer> framer;

    Way(Supplier<Framer> framer) {
      this.framer = framer;
    }

    /** The field counts what is behind it, but not the checksum. */
    private static BlockSize field(boolean start, int add) {
      return new BlockSize.Field(start ? 1 : 0, 2, !start, start ? add + 1 : add);
    }

    boolean endsWithSilence() {
      return this == GAP_CRC;
    }

    boolean needsSilence() {
      return this == GAP_CRC || this == LENGTH_ONLY || this == FIXED_ONLY;
    }

    /** A frame around some text of eight letters or so. */
    Buffer frame(String text) {
      int n = text.length();
      return switch (this) {
        case LINES -> Buffer.buffer(text + "\r\n");
        case STX_ETX_BCC -> summed(BCC, Buffer.buffer("\u0002" + text + "\u0003"));
        case LENGTH_CRC -> summed(CRC, Buffer.buffer().appendUnsignedShortLE(n).appendString(text));
        case START_LENGTH_CRC ->
            summed(CRC, Buffer.buffer(STX).appendUnsignedShort(n).appendString(text));
        case START_FIXED_CRC -> summed(CRC, Buffer.buffer("\u0002-" + text));
        case FIXED_CRC, GAP_CRC -> summed(CRC, Buffer.buffer("--" + text));
        case LENGTH_ONLY -> Buffer.buffer().appendUnsignedShortLE(n).appendString(text);
        case FIXED_ONLY -> Buffer.buffer("----" + text);
      };
    }

    private static Buffer summed(Checksum checksum, Buffer bytes) {
      return bytes.copy().appendBytes(checksum.append(bytes.getBytes()));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void everyChunkingOfFramesAndGarbageGivesTheSame(Way way) {
    Random random = SeededRandom.create("chunkings of " + way);
    for (int run = 0; run < RUNS; run++) {
      Buffer stream = Buffer.buffer();
      for (int i = random.nextInt(6); i >= 0; i--) {
        stream.appendBuffer(random.nextInt(3) == 0 ? garbage(random) : way.frame(text(random)));
      }
      Framer whole = way.framer.get();
      List<Frame> expected = new ArrayList<>(whole.feed(stream));
      expected.addAll(whole.silence());
      Framer cut = way.framer.get();
      var found = new ArrayList<Frame>();
      for (int at = 0; at < stream.length(); ) {
        int end = Math.min(stream.length(), at + 1 + random.nextInt(7));
        found.addAll(cut.feed(stream.slice(at, end)));
        at = end;
      }
      found.addAll(cut.silence());
      assertThat(found).as("%s", stream).isEqualTo(expected);
      assertThat(cut.takeSkipped()).isEqualTo(whole.takeSkipped());
      assertThat(cut.held()).isEqualTo(whole.held());
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void whateverGarbageCameTheNextFrameAfterASilenceIsFound(Way way) {
    Random random = SeededRandom.create("garbage before " + way);
    for (int run = 0; run < RUNS; run++) {
      Framer framer = way.framer.get();
      if (random.nextBoolean()) {
        framer.resetAmidFrame();
      }
      framer.feed(garbage(random));
      if (way == Way.LINES) {
        framer.feed(Buffer.buffer("\r\n")); // its silence is the end of a line
      }
      framer.silence();
      String text = text(random);
      var frames = new ArrayList<Frame>(framer.feed(way.frame(text)));
      if (way.endsWithSilence()) {
        frames.addAll(framer.silence());
      }
      assertThat(texts(frames)).as("run %s", run).containsExactly(text);
    }
  }

  /** With a start or a checksum no silence is needed, whatever is cut off or put in between. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void framesInASteadyStreamAreFoundAgain(Way way) {
    if (way.needsSilence() || way == Way.LINES) {
      return;
    }
    Random random = SeededRandom.create("steady stream of " + way);
    for (int run = 0; run < RUNS; run++) {
      Framer framer = way.framer.get();
      framer.resetAmidFrame();
      Buffer stream = garbage(random);
      var sent = new ArrayList<String>();
      for (int i = 0; i < 12; i++) {
        sent.add(text(random));
        stream.appendBuffer(way.frame(sent.get(i)));
      }
      List<String> found = texts(framer.feed(stream));
      // Garbage may look like the beginning of a frame and take up to one of 64 bytes with it.
      assertThat(sent).as("run %s", run).containsAll(found);
      assertThat(found).as("run %s", run).containsAll(sent.subList(7, 12));
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aDamagedFrameIsNeverAWholeOneAndIsTold(Way way) {
    if (way == Way.LINES || way == Way.LENGTH_ONLY || way == Way.FIXED_ONLY) {
      return; // nothing in them would tell
    }
    Random random = SeededRandom.create("damage of " + way);
    for (int run = 0; run < RUNS; run++) {
      Framer framer = way.framer.get();
      String text = text(random);
      byte[] frame = way.frame(text).getBytes();
      int at = random.nextInt(frame.length);
      frame[at] ^= (byte) (1 << random.nextInt(8));
      var frames = new ArrayList<Frame>(framer.feed(Buffer.buffer(frame)));
      frames.addAll(framer.silence());
      assertThat(frames)
          .as("byte %s of %s", at, Buffer.buffer(frame))
          .noneMatch(Frame.Whole.class::isInstance);
      assertThat(frames.size() + framer.takeSkipped() + framer.held()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void noStreamOfBytesIsHeldWithoutEnd(Way way) {
    Random random = SeededRandom.create("noise into " + way);
    Framer framer = way.framer.get();
    byte[] noise = new byte[LONG ? 10_000_000 : 50_000];
    random.nextBytes(noise);
    for (int at = 0; at + 100 <= noise.length; at += 100) {
      framer.feed(Buffer.buffer(noise).slice(at, at + 100));
      assertThat(framer.held()).isLessThanOrEqualTo(72);
      if (random.nextInt(50) == 0) {
        framer.silence();
      }
    }
  }

  /** One of 256 windows of garbage has the right sum; a start of a byte makes that one of 65536. */
  @Test
  void afterADamagedFrameAWeakChecksumAloneDoesNotMakeOneOfTheRestOfTwo() {
    var lrc = new Checksum(ChecksumKind.LRC, 0, 0, 0, false, false, null);
    var framer = new BlockFramer(NONE, new BlockSize.Fixed(4), 64, 1, lrc);
    byte[] damagedAndGood = {1, 3, 0, (byte) 0xfb, 1, 4, 0, (byte) 0xfb};
    assertThat(lrc.fault(damagedAndGood, 2, 6)).as("the sum of two halves is right").isNull();

    List<Frame> frames = framer.feed(Buffer.buffer(damagedAndGood));

    assertThat(frames).hasSize(1).allMatch(Frame.Broken.class::isInstance);
    assertThat(framer.silence()).isEmpty();
    Buffer good = Buffer.buffer(damagedAndGood).slice(4, 8);
    assertThat(framer.feed(good)).allMatch(Frame.Whole.class::isInstance).hasSize(1);
  }

  @Test
  void aFrameBehindAFalseStartIsFoundWhenTheLineIsSilent() {
    var framer = new BlockFramer(STX, new BlockSize.Field(1, 1, false, 4), 256, 1, CRC);
    Buffer body = Buffer.buffer(new byte[] {2, 3, 'a', 'b', 'c'});
    Buffer frame = body.copy().appendBytes(CRC.append(body.getBytes()));
    framer.feed(Buffer.buffer(new byte[] {2, (byte) 0xAA, 0}).appendBuffer(frame));

    List<Frame> frames = framer.silence();

    assertThat(frames).hasSize(2);
    assertThat(frames.get(0)).isInstanceOf(Frame.Broken.class);
    assertThat(frames.get(1)).isEqualTo(new Frame.Whole(body, 7));
  }

  private static List<String> texts(List<Frame> frames) {
    return frames.stream()
        .filter(Frame.Whole.class::isInstance)
        .map(frame -> ((Frame.Whole) frame).content().toString(ISO_8859_1))
        // By chance a checksum is right for garbage, too.
        .filter(text -> text.matches("(?s).*[a-z]{8}"))
        .map(text -> text.substring(text.length() - 8))
        .toList();
  }

  /** Eight letters: what a frame is about. */
  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static Buffer garbage(Random random) {
    byte[] bytes = new byte[random.nextInt(100)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if (random.nextInt(8) == 0) {
        bytes[i] = (byte) random.nextInt(3); // starts and small lengths
      }
      if (bytes[i] == 3) {
        bytes[i] = 'E'; // an end makes a frame of garbage that eight bits of checksum do not tell
      }
    }
    return Buffer.buffer(bytes);
  }
}
