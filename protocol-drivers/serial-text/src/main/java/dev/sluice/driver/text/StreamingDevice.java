package dev.sluice.driver.text;

import dev.sluice.driver.Device;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A device that sends lines by itself; each holds all of its points. On the line's context only.
 *
 * <p>The first line after connecting is thrown away: behind a terminal server it began before, and
 * the rest of {@code 1230.5} looks like a good {@code 0.5}.
 */
final class StreamingDevice implements Device, Subscribing {

  private final TextForm form;
  private final int[] points;
  private final DelimiterFramer framer;
  private final Consumer<StreamingDevice> closed;
  private @Nullable PushHandler handler;
  private long firstByteNanos;

  StreamingDevice(TextForm form, Consumer<StreamingDevice> closed) {
    this.form = form;
    this.points = IntStream.range(0, form.points()).toArray();
    this.framer = form.framer();
    this.closed = closed;
    framer.resetAmidLine();
  }

  /** The link is new: what comes first belongs to a line whose beginning was not seen. */
  void connected() {
    framer.resetAmidLine();
  }

  /**
   * Takes what came on the line.
   *
   * @param alone whether every line must be this device's; else those of another form are left to
   *     the others
   */
  void received(Buffer bytes, long now, boolean alone) {
    if (!framer.amidLine()) {
      firstByteNanos = now;
    }
    for (Frame frame : framer.feed(bytes)) {
      PushHandler subscriber = handler;
      boolean blank = frame instanceof Frame.Text text && text.text().isEmpty();
      if (subscriber == null || blank) {
        continue;
      }
      try {
        Values values = read(frame);
        var timing = new PollTiming(firstByteNanos, firstByteNanos, now, 0, frame.wireLength());
        subscriber.pushed(points, values, timing);
      } catch (PollException e) {
        if (alone) {
          subscriber.refused(e);
        }
      }
      firstByteNanos = now;
    }
  }

  private Values read(Frame frame) throws PollException {
    if (frame instanceof Frame.Text text) {
      return form.read(text.text(), points);
    }
    throw Exchange.tooLong(frame);
  }

  @Override
  public void subscribe(PushHandler subscriber) {
    handler = subscriber;
  }

  @Override
  public ValueType type(int point) {
    return form.type(point);
  }

  @Override
  public List<Poll> plan(int[] wanted) {
    return List.of();
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest request) {
    throw new IllegalStateException("BUG: " + poll.describe() + " on a device without polls");
  }

  @Override
  public void close() {
    handler = null;
    closed.accept(this);
  }
}
