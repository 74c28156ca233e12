package dev.sluice.driver.text.frame;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames that only silence separates. */
public final class GapFramer implements Framer {

  private final long silenceNanos;
  private final @Nullable Checksum checksum;
  private final byte[] bytes;
  private int length;

  /** What comes up to the next silence is no frame. */
  private boolean skipping;

  private int skipped;

  /**
   * A framer at the beginning of a frame.
   *
   * @param silenceNanos so long nothing comes after a frame, and never within one
   * @param most how many bytes a frame may have
   * @param checksum at the end of the frame; null if there is none
   */
  public GapFramer(long silenceNanos, int most, @Nullable Checksum checksum) {
    this.silenceNanos = silenceNanos;
    this.checksum = checksum;
    this.bytes = new byte[most];
  }

  @Override
  public void reset() {
    length = 0;
    skipping = false;
  }

  @Override
  public void resetAmidFrame() {
    length = 0;
    skipping = true;
  }

  @Override
  public int held() {
    return length;
  }

  @Override
  public int takeSkipped() {
    int count = skipped;
    skipped = 0;
    return count;
  }

  @Override
  public long silenceNanos() {
    return silenceNanos;
  }

  @Override
  public List<Frame> feed(Buffer chunk) {
    int count = chunk.length();
    if (skipping) {
      skipped += count;
      return List.of();
    }
    if (count > bytes.length - length) {
      int wire = bytes.length;
      skipped += length + count;
      resetAmidFrame();
      return List.of(
          new Frame.Broken(
              Frame.Fault.LENGTH,
              "found more than " + bytes.length + " bytes without a silence",
              wire));
    }
    chunk.getBytes(bytes, length);
    length += count;
    return List.of();
  }

  @Override
  public List<Frame> silence() {
    int wire = length;
    reset();
    if (wire == 0) {
      return List.of();
    }
    String fault = checksum == null ? null : checksum.fault(bytes, 0, wire);
    if (fault != null) {
      return List.of(new Frame.Broken(Frame.Fault.CHECKSUM, fault, wire));
    }
    int end = checksum == null ? wire : checksum.contentEnd(bytes, 0, wire);
    return List.of(new Frame.Whole(Buffer.buffer(Arrays.copyOf(bytes, end)), wire));
  }
}
