package dev.sluice.e2e.cloud;

/**
 * What becomes of a CONNECT.
 *
 * @param code of the CONNACK; {@link #SILENCE} closes without one
 * @param reason in words, empty when accepted
 */
public record Verdict(int code, String reason) {

  static final int SILENCE = -1;

  public static Verdict accepted() {
    return new Verdict(0, "");
  }

  public static Verdict refused(int code, String reason) {
    return new Verdict(code, reason);
  }

  /** The connection is closed without an answer. */
  public static Verdict closed(String reason) {
    return new Verdict(SILENCE, reason);
  }

  boolean isAccepted() {
    return code == 0;
  }
}
