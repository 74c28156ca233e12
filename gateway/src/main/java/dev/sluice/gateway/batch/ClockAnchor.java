package dev.sluice.gateway.batch;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * In this boot the wall clock could be trusted at a moment.
 *
 * @param boot id, without white space
 * @param offsetMillis wall clock less monotonic clock then
 * @param untilMillis the moment by the monotonic clock: what is older is corrected by this anchor
 */
record ClockAnchor(String boot, long offsetMillis, long untilMillis) {

  private static final Pattern LINE =
      Pattern.compile("(\\S{1,100}) (-?[0-9]{1,18}) (-?[0-9]{1,18}) ([0-9a-f]{1,8})");

  /** A line of the file, with a checksum: a time that one digit has changed is worse than none. */
  String line() {
    String text = boot + " " + offsetMillis + " " + untilMillis;
    return text + " " + checksum(text);
  }

  /** Null for anything that {@link #line} did not write. */
  static @Nullable ClockAnchor parse(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      return null;
    }
    var anchor =
        new ClockAnchor(
            parts.group(1), Long.parseLong(parts.group(2)), Long.parseLong(parts.group(3)));
    return anchor.line().equals(line) ? anchor : null;
  }

  private static String checksum(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
