package dev.sluice.driver.text.frame;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Cuts a stream of bytes into frames. What it finds does not depend on how the stream is chunked.
 * Holds no more than one frame of the greatest length. Not thread-safe.
 */
public interface Framer {

  /** What these bytes complete, in order; often nothing. */
  List<Frame> feed(Buffer chunk);

  /**
   * So long a silence has a meaning, see {@link #silence()}; 0 if none has.
   *
   * @return nanoseconds
   */
  long silenceNanos();

  /** Nothing came for {@link #silenceNanos()}: what that completes, or shows to be broken. */
  List<Frame> silence();

  /** Forgets what it has; the next byte begins a frame. */
  void reset();

  /** Forgets what it has; the next byte may be in the middle of a frame. */
  void resetAmidFrame();

  /** How many bytes of a frame that has not ended are held. */
  int held();

  /** How many bytes belonged to no frame since this was asked last. */
  int takeSkipped();
}
