package dev.sluice.driver.text;

import dev.sluice.driver.Device;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollException;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.PollTiming;
import dev.sluice.driver.PushHandler;
import dev.sluice.driver.Subscribing;
import dev.sluice.driver.ValueType;
import dev.sluice.driver.Values;
import dev.sluice.driver.text.frame.Frame;
import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A device that sends by itself. On the line's context only.
 *
 * <p>What comes first after connecting began before, perhaps, and is thrown away as far as a
 * beginning cannot be told: the rest of {@code 1230.5} looks like a good {@code 0.5}.
 */
final class StreamingDevice implements Device, Subscribing {

  private final Extraction extraction;
  private final int[] points;
  private final Framer framer;
  private final LineContext context;
  private final DeviceCounts counts;
  private final BooleanSupplier alone;
  private final Consumer<StreamingDevice> closed;
  private final Silence gap;
  private @Nullable PushHandler handler;
  private long firstByteNanos;

  /**
   * A device on a line that is not connected yet, or just about anywhere in what it carries.
   *
   * @param points how many it has
   * @param alone whether every frame on the line must be this device's; else those of another form
   *     are left to the others
   * @param closed told when the device is no longer wanted
   */
  StreamingDevice(
      DeviceForm form,
      int points,
      LineContext context,
      DeviceCounts counts,
      BooleanSupplier alone,
      Consumer<StreamingDevice> closed) {
    this.extraction = form.extraction();
    this.points = IntStream.range(0, points).toArray();
    this.framer = form.framer().get();
    this.context = context;
    this.counts = counts;
    this.alone = alone;
    this.closed = closed;
    this.gap = new Silence(context, this::fellSilent);
    framer.resetAmidFrame();
  }

  /** The line is up, or the device is new on it: what comes is in the middle of something. */
  void connected() {
    framer.resetAmidFrame();
    awaitSilence();
  }

  /** The line is down. */
  void disconnected() {
    gap.stop();
    framer.resetAmidFrame();
  }

  private void awaitSilence() {
    if (framer.silenceNanos() > 0) {
      gap.await(framer.silenceNanos());
    }
  }

  /** Takes what came on the line. */
  void received(Buffer bytes, long now) {
    if (framer.held() == 0) {
      firstByteNanos = now;
    }
    awaitSilence();
    take(framer.feed(bytes), now);
  }

  private void fellSilent() {
    take(framer.silence(), context.time().nanoTime() - framer.silenceNanos());
  }

  private void take(List<Frame> frames, long now) {
    for (Frame frame : frames) {
      if (frame instanceof Frame.Whole whole) {
        if (whole.content().length() > 0) {
          take(whole, now);
        }
      } else if (frame instanceof Frame.Broken broken) {
        counts.count(broken.fault().event(), 1);
        refuse(Exchange.refusal(broken));
      }
      firstByteNanos = now;
    }
    int skipped = framer.takeSkipped();
    if (skipped > 0) {
      counts.count("skipped_bytes", skipped);
    }
  }

  private void take(Frame.Whole frame, long now) {
    int[] held = extraction.held(frame, points);
    PushHandler subscriber = handler;
    if (held.length == 0 || subscriber == null) {
      return;
    }
    try {
      Values values = extraction.read(frame, held);
      // A frame that only silence ends was there before that.
      long first = firstByteNanos - now > 0 ? now : firstByteNanos;
      var timing = new PollTiming(first, first, now, 0, frame.wireLength());
      subscriber.pushed(held, values, timing);
    } catch (PollException e) {
      refuse(e);
    }
  }

  private void refuse(PollException e) {
    PushHandler subscriber = handler;
    if (subscriber != null && alone.getAsBoolean()) {
      subscriber.refused(e);
    }
  }

  @Override
  public void subscribe(PushHandler subscriber) {
    handler = subscriber;
  }

  @Override
  public ValueType type(int point) {
    return extraction.type(point);
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
    gap.stop();
    closed.accept(this);
  }
}
