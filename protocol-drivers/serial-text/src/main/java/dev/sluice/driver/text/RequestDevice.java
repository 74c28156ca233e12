package dev.sluice.driver.text;

import dev.sluice.driver.Device;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.ValueType;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** A device that is asked, and says in one answer all that it has. */
final class RequestDevice implements Device {

  /** Until the first answer has been seen. */
  private static final int USUAL_ANSWER_BYTES = 32;

  private static final long USUAL_TURNAROUND_NANOS = 10_000_000L;

  private final Extraction extraction;
  private final Asking asking;
  private final Exchanges exchanges;
  private final long charNanos;
  private final DeviceCounts counts;
  private final Consumer<RequestDevice> closed;
  private int answerBytes = USUAL_ANSWER_BYTES;

  /**
   * A device on a line.
   *
   * @param charNanos how long a character takes; 0 where the speed is not the limit
   * @param closed told when the device is no longer wanted
   */
  RequestDevice(
      Extraction extraction,
      Asking asking,
      Exchanges exchanges,
      long charNanos,
      DeviceCounts counts,
      Consumer<RequestDevice> closed) {
    this.extraction = extraction;
    this.asking = asking;
    this.exchanges = exchanges;
    this.charNanos = charNanos;
    this.counts = counts;
    this.closed = closed;
  }

  @Override
  public ValueType type(int point) {
    return extraction.type(point);
  }

  @Override
  public List<Poll> plan(int[] points) {
    if (points.length == 0) {
      return List.of();
    }
    long nanos =
        charNanos == 0 ? 0 : (asking.bytes() + answerBytes) * charNanos + USUAL_TURNAROUND_NANOS;
    return List.of(new LineRead(points.clone(), asking.describe(), nanos));
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest how) {
    return exchanges
        .run(asking.about(poll.points()), how, counts)
        .onSuccess(result -> answerBytes = result.timing().bytesIn());
  }

  @Override
  public void close() {
    closed.accept(this);
  }
}
