package dev.sluice.driver.text;

import dev.sluice.driver.text.frame.BlockFramer;
import dev.sluice.driver.text.frame.BlockSize;
import dev.sluice.driver.text.frame.Checksum;
import dev.sluice.driver.text.frame.ChecksumKind;
import dev.sluice.driver.text.frame.DelimiterFramer;
import dev.sluice.driver.text.frame.Framer;
import dev.sluice.driver.text.frame.GapFramer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads how the frames of a device are found, and their checksum. */
final class FrameReader {

  private static final int MAX_MARK = 8;
  private static final int DEFAULT_MOST = 4096;
  private static final int LARGEST = 65_536;
  private static final Duration SILENCE = Duration.ofMillis(100);
  private static final Duration MIN_SILENCE = Duration.ofMillis(10);
  private static final Duration MAX_SILENCE = Duration.ofSeconds(10);
  private static final List<String> ORDERS = List.of("big", "little");

  /** Which keys belong to which sort of frame, beside by and maxBytes. */
  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "delimiter", Set.of("start", "end"),
          "length", Set.of("start", "offset", "width", "order", "add", "silence"),
          "fixed", Set.of("start", "length", "silence"),
          "gap", Set.of("silence"));

  private final SettingsReader device;

  FrameReader(SettingsReader device) {
    this.device = device;
  }

  Supplier<Framer> read() {
    Checksum checksum = device.has("checksum") ? checksum("checksum") : null;
    boolean behind = device.has("checksum") && behindEnd();
    if (!device.has("frame")) {
      byte[] end = device.bytes("delimiter", "\n", MAX_MARK);
      return delimiter(new byte[0], end, DEFAULT_MOST, checksum, behind);
    }
    if (device.has("delimiter")) {
      device.problem("delimiter", "nothing beside frame", "it is the end in frame");
    }
    SettingsReader frame = device.inside("frame", "an object with by");
    String by = frame.word("by", "delimiter", List.of("delimiter", "length", "fixed", "gap"));
    var foreign = new ArrayList<String>();
    for (String key :
        List.of("start", "end", "offset", "width", "order", "add", "length", "silence")) {
      if (frame.has(key) && !KEYS.getOrDefault(by, Set.of()).contains(key)) {
        foreign.add(key);
      }
    }
    foreign.forEach(key -> frame.problem(key, "nothing with by: " + by, ""));
    int most = frame.integer("maxBytes", DEFAULT_MOST, 1, LARGEST);
    if (behind && !by.equals("delimiter")) {
      device.problem("checksum", "no behindEnd with by: " + by, "only a delimiter is an end");
    }
    byte[] start = frame.bytes("start", "", MAX_MARK);
    if (by.equals("delimiter")) {
      return delimiter(start, frame.bytes("end", "\n", MAX_MARK), most, checksum, behind);
    }
    long silence = frame.duration("silence", SILENCE, MIN_SILENCE, MAX_SILENCE).toNanos();
    if (by.equals("gap")) {
      return () -> new GapFramer(silence, most, checksum);
    }
    BlockSize size = by.equals("fixed") ? fixed(frame, most) : field(frame);
    return () -> new BlockFramer(start, size, most, silence, checksum);
  }

  private static Supplier<Framer> delimiter(
      byte[] start, byte[] end, int most, @Nullable Checksum checksum, boolean behind) {
    int tail = checksum != null && behind ? checksum.width() + checksum.after() : 0;
    return () -> new DelimiterFramer(start, end, tail, most, checksum);
  }

  private static BlockSize fixed(SettingsReader frame, int most) {
    if (!frame.has("length")) {
      frame.problem("length", "the number of bytes of a frame", "");
    }
    return new BlockSize.Fixed(frame.integer("length", 1, 1, most));
  }

  private static BlockSize field(SettingsReader frame) {
    if (!frame.has("offset")) {
      frame.problem("offset", "where the length stands in the frame", "0 is its first byte");
    }
    int offset = frame.integer("offset", 0, 0, 1024);
    int width = frame.integer("width", 1, 1, 2);
    boolean little = frame.word("order", "big", ORDERS).equals("little");
    int add = frame.integer("add", offset + width, -1024, 1024);
    return new BlockSize.Field(offset, width, little, add);
  }

  private boolean behindEnd() {
    return device.inside("checksum", "an object with kind").flag("behindEnd", false);
  }

  /** The checksum of a key that is there. */
  Checksum checksum(String key) {
    SettingsReader json = device.inside(key, "an object with kind");
    if (json.has("kind") && json.text("kind", "").equals("nmea")) {
      return Checksum.NMEA;
    }
    var words = new ArrayList<>(ChecksumKind.words());
    words.add("nmea");
    if (!json.has("kind")) {
      json.problem("kind", "one of " + String.join(", ", words), "");
    }
    ChecksumKind kind = ChecksumKind.ofWord(json.word("kind", "sum8", words));
    String usual = kind.usuallyLittle() ? "little" : "big";
    return new Checksum(
        kind,
        json.integer("skip", 0, 0, 1024),
        json.integer("until", 0, 0, 16),
        json.integer("after", 0, 0, 16),
        json.word("as", "binary", List.of("binary", "hex")).equals("hex"),
        json.word("order", usual, ORDERS).equals("little"),
        null);
  }
}
