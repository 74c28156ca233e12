package dev.sluice.driver.modbus.codec;

import dev.sluice.driver.PollException;
import dev.sluice.driver.PollFailure;
import dev.sluice.driver.Quality;
import java.util.Locale;

/** What a device says when it does not answer a request (section 7). */
enum ExceptionCode {
  ILLEGAL_FUNCTION(0x01, PollFailure.REJECTED, Quality.ILLEGAL_FUNCTION, "illegal function"),
  ILLEGAL_ADDRESS(0x02, PollFailure.REJECTED, Quality.ILLEGAL_ADDRESS, "illegal data address"),
  ILLEGAL_VALUE(0x03, PollFailure.REJECTED, Quality.ILLEGAL_VALUE, "illegal data value"),
  DEVICE_FAILURE(0x04, PollFailure.REJECTED, Quality.DEVICE_FAILURE, "server device failure"),
  /** Accepted, takes long: asking again at once would only queue up in the device. */
  ACKNOWLEDGE(0x05, PollFailure.BUSY, Quality.ACKNOWLEDGED, "acknowledge, takes long"),
  BUSY(0x06, PollFailure.BUSY, Quality.BUSY, "server device busy"),
  MEMORY_PARITY(0x08, PollFailure.REJECTED, Quality.MEMORY_PARITY, "memory parity error"),
  /** It is the gateway that speaks; nothing is known of the device. */
  GATEWAY_PATH(0x0A, PollFailure.UNREACHABLE, Quality.GATEWAY_PATH, "gateway path unavailable"),
  GATEWAY_TARGET(
      0x0B, PollFailure.UNREACHABLE, Quality.GATEWAY_TARGET, "gateway target does not respond");

  private static final ExceptionCode[] ALL = values();

  private final int code;
  private final PollFailure failure;
  private final Quality quality;
  private final String words;

  ExceptionCode(int code, PollFailure failure, Quality quality, String words) {
    this.code = code;
    this.failure = failure;
    this.quality = quality;
    this.words = words;
  }

  /**
   * The failure that a code stands for. A code that the specification does not know still comes
   * from a device that is alive.
   *
   * @param code 0 to 255, as received
   * @param request in words, what had been asked
   */
  static PollException toException(int code, String request) {
    String head = String.format(Locale.ROOT, "exception %02X", code);
    for (ExceptionCode known : ALL) {
      if (known.code == code) {
        return new PollException(
            known.failure, known.quality, head + " (" + known.words + ") to " + request);
      }
    }
    return new PollException(
        PollFailure.REJECTED, Quality.UNKNOWN_ERROR, head + " (unknown) to " + request);
  }
}
