package dev.sluice.gateway.command;

import java.util.Map;

/**
 * What came of a request.
 *
 * @param code as of HTTP, for platforms that want a number; see the constants
 * @param detail in a sentence, for the log and for platforms that take one
 * @param body what is told upstream: JSON as in {@link Command#parameters}
 */
public record Answer(int code, String detail, Map<String, Object> body) {

  /** Done, all of it. */
  public static final int DONE = 200;

  /** Not what was expected: its shape, a type, a value out of range. */
  public static final int MALFORMED = 400;

  /** Not allowed here. */
  public static final int REFUSED = 403;

  /** No such method, device or point. */
  public static final int UNKNOWN = 404;

  /** Said before. */
  public static final int REPEATED = 409;

  /** Too late. */
  public static final int EXPIRED = 410;

  /** Larger than what is let in. */
  public static final int TOO_LARGE = 413;

  /** Too many at once. */
  public static final int TOO_MANY = 429;

  /** The device or the line did not do it. */
  public static final int FAILED = 500;

  /** It was sent, and nobody knows what the device did. */
  public static final int NOT_KNOWN = 504;

  /** One that says no more than its detail. */
  public static Answer of(int code, String detail) {
    return new Answer(code, detail, Map.of("detail", detail));
  }

  public boolean isDone() {
    return code == DONE;
  }
}
