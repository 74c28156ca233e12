package dev.sluice.simulator.spec;

import java.time.Duration;

/**
 * What is wrong with a device. But for {@link Delay}, a device with a fault does not answer, or not
 * so that anybody could use it; its counter stands still.
 */
public sealed interface Fault {

  /** Where noise stands. */
  enum Place {
    BEFORE,
    IN,
    AFTER
  }

  /** All is well. */
  record None() implements Fault {
    @Override
    public String toString() {
      return "none";
    }
  }

  /** Takes the request and never replies: a dead slave. */
  record Silence() implements Fault {
    @Override
    public String toString() {
      return "silence";
    }
  }

  /** Slow: a request lies this long before the device sees it. */
  record Delay(Duration time) implements Fault {
    @Override
    public String toString() {
      return "delay " + time.toMillis() + "ms";
    }
  }

  /**
   * Some replies come this much late, when the client has given up. Serial lines only: unlike with
   * {@link Delay} the late ones are not counted.
   *
   * @param percent of the replies, above 0, at most 100
   */
  record Late(Duration time, double percent) implements Fault {
    @Override
    public String toString() {
      return "late " + time.toMillis() + "ms " + FaultWords.percent(percent);
    }
  }

  /**
   * One bit of some replies is turned over. Serial lines only.
   *
   * @param percent of the replies, above 0, at most 100
   */
  record Damage(double percent) implements Fault {
    @Override
    public String toString() {
      return "damage " + FaultWords.percent(percent);
    }
  }

  /**
   * Bytes that nobody sent stand before, in or after some replies. Serial lines only.
   *
   * @param percent of the replies, above 0, at most 100
   */
  record Noise(Place place, double percent) implements Fault {
    @Override
    public String toString() {
      return "noise " + FaultWords.place(place) + " " + FaultWords.percent(percent);
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

  /** Closes the connection when asked. TCP lines only. */
  record Drop() implements Fault {
    @Override
    public String toString() {
      return "drop";
    }
  }

  /** The adapter is unplugged, and with it all devices of the line. Serial lines only. */
  record Unplug() implements Fault {
    @Override
    public String toString() {
      return "unplug";
    }
  }

  Fault NONE = new None();

  /** What {@link #parse} takes. */
  String EXPECTED =
      "none, silence, delay TIME (for example delay 500ms), exception CODE (1 to 255),"
          + " wrong-length, on TCP drop; on serial lines late TIME PERCENT, damage PERCENT,"
          + " noise before|in|after PERCENT (for example noise in 5%) or unplug";

  /** Whether a device on this medium can have a fault. */
  static boolean fits(Fault fault, Medium medium) {
    if (fault instanceof Drop) {
      return medium instanceof Medium.Tcp;
    }
    boolean serialOnly =
        fault instanceof Late
            || fault instanceof Damage
            || fault instanceof Noise
            || fault instanceof Unplug;
    return !serialOnly || medium instanceof Medium.Serial;
  }

  /** What to expect where a fault does not fit. */
  static String expectedOf(Medium medium) {
    return medium instanceof Medium.Tcp
        ? "a fault of TCP lines: none, silence, delay, exception, wrong-length or drop"
        : "a fault of serial lines: none, silence, delay, late, damage, noise, exception,"
            + " wrong-length or unplug";
  }

  /**
   * Reads the words of a command or a file; {@code toString()} gives them back.
   *
   * @throws IllegalArgumentException naming what was found and expected
   */
  static Fault parse(String words) {
    return FaultWords.parse(words);
  }
}
