package dev.sluice.gateway.command;

import java.util.Locale;

/** Why nothing was sent. */
enum Refusal {
  /** The uplink may not command. */
  NOT_ALLOWED,
  /** More than the uplink may say in a second. */
  RATE,
  /** Too many are under way. */
  PENDING,
  NO_SUCH_POINT,
  NOT_WRITABLE,
  /** Of a wrong type, out of its range, or not to be held by the device. */
  VALUE,
  /** Its id is too long to be one. */
  ID,
  REPEATED,
  EXPIRED,
  /** It expires, and nobody knows what time it is. */
  CLOCK,
  /** It waited too long for its turn. */
  LATE,
  /** Its id cannot be kept, so it could be carried out twice. */
  STORAGE,
  STOPPING;

  /** As in {@link Answer}. */
  int code() {
    return switch (this) {
      case NO_SUCH_POINT -> Answer.UNKNOWN;
      case VALUE, ID -> Answer.MALFORMED;
      case REPEATED -> Answer.REPEATED;
      case EXPIRED, LATE -> Answer.EXPIRED;
      case RATE, PENDING -> Answer.TOO_MANY;
      case NOT_ALLOWED, NOT_WRITABLE, CLOCK, STORAGE, STOPPING -> Answer.REFUSED;
    };
  }

  /** As counted and logged. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
