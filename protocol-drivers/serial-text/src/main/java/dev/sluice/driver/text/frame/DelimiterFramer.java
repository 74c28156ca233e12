package dev.sluice.driver.text.frame;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames that end with certain bytes, and perhaps begin with certain bytes. Where there is a start,
 * what comes between an end and a start is skipped, and a second start begins the frame anew.
 *
 * <p>The content is what stands between start and end, without the checksum if that is part of it.
 * A checksum that comes after the end ({@code tail}) covers the end; else it stands right before
 * it.
 */
public final class DelimiterFramer implements Framer {

  private final byte[] start;
  private final byte[] end;
  private final int tail;
  private final int most;
  private final @Nullable Checksum checksum;

  private final byte[] bytes;
  private int length;

  /** Without a start: what comes up to the next end is no frame. */
  private boolean skipping;

  /** With a start: it was seen. */
  private boolean inside;

  /** How many bytes after the end are still to come; -1 before the end. */
  private int tailLeft = -1;

  private int skipped;

  /**
   * A framer at the beginning of a frame.
   *
   * @param start what a frame begins with; empty if nothing marks it
   * @param end what a frame ends with, 1 byte or more
   * @param tail how many bytes follow the end: those of a checksum
   * @param most how many bytes the content may have at most, checksum included
   * @param checksum null if there is none
   */
  public DelimiterFramer(
      byte[] start, byte[] end, int tail, int most, @Nullable Checksum checksum) {
    this.start = start;
    this.end = end;
    this.tail = tail;
    this.most = most;
    this.checksum = checksum;
    this.bytes = new byte[start.length + most + end.length + tail];
  }

  @Override
  public void reset() {
    length = 0;
    skipping = false;
    inside = false;
    tailLeft = -1;
  }

  @Override
  public void resetAmidFrame() {
    reset();
    skipping = start.length == 0;
  }

  @Override
  public int held() {
    return skipping || (start.length > 0 && !inside) ? 0 : length;
  }

  @Override
  public int takeSkipped() {
    int count = skipped;
    skipped = 0;
    return count;
  }

  @Override
  public long silenceNanos() {
    return 0;
  }

  @Override
  public List<Frame> silence() {
    return List.of();
  }

  @Override
  public List<Frame> feed(Buffer chunk) {
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < chunk.length(); i++) {
      bytes[length++] = chunk.getByte(i);
      if (start.length > 0 && !inside) {
        awaitStart();
      } else if (tailLeft >= 0) {
        if (--tailLeft == 0) {
          end(frames);
        }
      } else {
        take(frames);
      }
    }
    return frames;
  }

  private void awaitStart() {
    if (endsWith(start)) {
      skipped += length - start.length;
      keepLast(start.length);
      inside = true;
    } else if (length >= start.length) {
      skipped += length - start.length + 1;
      keepLast(start.length - 1);
    }
  }

  private void take(List<Frame> frames) {
    if (length - start.length >= end.length && endsWith(end)) {
      if (tail > 0) {
        tailLeft = tail;
      } else {
        end(frames);
      }
    } else if (start.length > 0 && length >= 2 * start.length && endsWith(start)) {
      skipped += length - start.length;
      keepLast(start.length);
    } else if (length == bytes.length - tail) {
      if (!skipping) {
        frames.add(
            new Frame.Broken(
                Frame.Fault.LENGTH,
                "found " + length + " bytes without an end, expected a frame of at most " + most,
                length));
      }
      // What could still be the beginning of what is awaited.
      int kept = (start.length > 0 ? start.length : end.length) - 1;
      skipped += skipping ? length - kept : 0;
      keepLast(kept);
      skipping = start.length == 0;
      inside = false;
    }
  }

  private void end(List<Frame> frames) {
    if (skipping) {
      skipped += length;
    } else {
      frames.add(ended());
    }
    reset();
  }

  private Frame ended() {
    int wire = length;
    int contentEnd = length - tail - end.length;
    Frame frame;
    if (tail > 0) {
      String fault = checksum == null ? null : checksum.fault(bytes, 0, length);
      frame = frame(fault, contentEnd, wire);
    } else if (checksum == null || contentEnd == start.length) {
      frame = frame(null, contentEnd, wire);
    } else {
      String fault = checksum.fault(bytes, 0, contentEnd);
      int to = fault == null ? checksum.contentEnd(bytes, 0, contentEnd) : contentEnd;
      frame = frame(fault, Math.max(to, start.length), wire);
    }
    return frame;
  }

  private Frame frame(@Nullable String fault, int contentEnd, int wire) {
    return fault == null
        ? new Frame.Whole(Buffer.buffer(Arrays.copyOfRange(bytes, start.length, contentEnd)), wire)
        : new Frame.Broken(Frame.Fault.CHECKSUM, fault, wire);
  }

  private void keepLast(int count) {
    System.arraycopy(bytes, length - count, bytes, 0, count);
    length = count;
  }

  private boolean endsWith(byte[] mark) {
    int at = length - mark.length;
    return at >= 0 && Arrays.equals(bytes, at, length, mark, 0, mark.length);
  }
}
