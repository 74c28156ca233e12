package dev.sluice.simulator.spec;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with a device. But for {@link Delay}, a device with a fault does not answer, so its
 * counter stands still.
 */
public sealed interface Fault {

  /** All is well. */
  record None() implements Fault {
    @Override
    public String toString() {
      return "none";
    }
  }

  /** Takes the request and never replies. */
  record Silence() implements Fault {
    @Override
    public String toString() {
      return "silence";
    }
  }

  /** Answers late: a request lies this long before the device sees it. */
  record Delay(Duration time) implements Fault {
    @Override
    public String toString() {
      return "delay " + time.toMillis() + "ms";
    }
  }

  /** Replies with a Modbus exception; a text device replies {@code ERROR code}. */
  record Refuse(int code) implements Fault {
    @Override
    public String toString() {
      return "exception " + code;
    }
  }

  /** Replies with a frame that lacks its last two bytes; a text device with half a line. */
  record WrongLength() implements Fault {
    @Override
    public String toString() {
      return "wrong-length";
    }
  }

  /** Closes the connection when asked. */
  record Drop() implements Fault {
    @Override
    public String toString() {
      return "drop";
    }
  }

  Fault NONE = new None();

  /** What {@link #parse} takes. */
  String EXPECTED =
      "none, silence, delay TIME (for example delay 500ms), exception CODE (1 to 255),"
          + " wrong-length or drop";

  /**
   * Reads the words of a command or a file; {@code toString()} gives them back.
   *
   * @throws IllegalArgumentException naming what was found and expected
   */
  static Fault parse(String words) {
    String[] word = words.strip().split("\\s+", 2);
    String rest = word.length == 2 ? word[1] : "";
    return switch (word[0]) {
      case "none" -> bare(NONE, rest, words);
      case "silence" -> bare(new Silence(), rest, words);
      case "wrong-length" -> bare(new WrongLength(), rest, words);
      case "drop" -> bare(new Drop(), rest, words);
      case "delay" -> new Delay(duration(rest));
      case "exception" -> {
        if (!rest.matches("[0-9]{1,3}") || Integer.parseInt(rest) < 1) {
          throw unknown(words);
        }
        int code = Integer.parseInt(rest);
        if (code > 255) {
          throw unknown(words);
        }
        yield new Refuse(code);
      }
      default -> throw unknown(words);
    };
  }

  private static Fault bare(Fault fault, String rest, String words) {
    if (!rest.isEmpty()) {
      throw unknown(words);
    }
    return fault;
  }

  private static IllegalArgumentException unknown(String words) {
    return new IllegalArgumentException(
        "found fault \"" + words.strip() + "\", expected " + EXPECTED);
  }

  /**
   * Reads a time with its unit, for example {@code 500ms}, {@code 1.5s}, {@code 2m}.
   *
   * @return positive, at most a day
   * @throws IllegalArgumentException naming what was found and expected
   */
  static Duration duration(String text) {
    Matcher m = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?(ms|s|m|h)").matcher(text);
    if (m.matches()) {
      double unit =
          switch (m.group(2)) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
          };
      double millis = Double.parseDouble(m.group(1)) * unit;
      if (millis >= 1 && millis <= 86_400_000) {
        return Duration.ofMillis(Math.round(millis));
      }
    }
    throw new IllegalArgumentException(
        "found time \"" + text + "\", expected a number and ms, s, m or h, 1ms to 24h");
  }
}
