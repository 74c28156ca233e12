package dev.sluice.driver.text.frame;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a {@link Framer} finds. */
public sealed interface Frame {

  /** How many bytes it took on the wire, with all that surrounds the content. */
  int wireLength();

  /**
   * A frame that is in order.
   *
   * @param content without start, end and checksum; not to be changed
   */
  record Whole(Buffer content, int wireLength) implements Frame {

    /** Decoded as UTF-8; what is not UTF-8 is U+FFFD. */
    public String text() {
      return content.toString(StandardCharsets.UTF_8);
    }
  }

  /**
   * Something that is no frame, told once; what follows is skipped up to the next frame.
   *
   * @param words what was found and what was expected
   */
  record Broken(Fault fault, String words, int wireLength) implements Frame {}

  /** In which way a frame is broken. */
  enum Fault {
    /** More bytes than a frame may have, or a length that cannot be. */
    LENGTH,
    /** The checksum is another one, or is not there. */
    CHECKSUM,
    /** It was begun but not ended before the line fell silent. */
    CUT;

    /** As counted. */
    public String event() {
      return "broken_frames_" + name().toLowerCase(Locale.ROOT);
    }
  }
}
