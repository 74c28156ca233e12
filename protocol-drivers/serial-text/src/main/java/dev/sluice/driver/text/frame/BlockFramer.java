package dev.sluice.driver.text.frame;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames whose number of bytes is known: always the same, or told by a field of the frame.
 *
 * <p>Finds its way back after garbage by trying every byte as the first of a frame, if start and
 * checksum together have the 16 bits that make a false one rare. With less, only silence helps,
 * which no frame has in its middle: what comes after garbage is skipped until there is one.
 */
public final class BlockFramer implements Framer {

  private final byte[] start;
  private final BlockSize size;
  private final int most;
  private final long silenceNanos;
  private final @Nullable Checksum checksum;

  /** Whether a frame in the midst of garbage can be told from it. */
  private final boolean tells;

  private final byte[] bytes;
  private int length;

  /** The last that was told is a broken frame; others on the way to the next whole one are not. */
  private boolean lost;

  /** Where the next frame begins is not known before the line falls silent. */
  private boolean awaitsSilence;

  private int skipped;

  /**
   * A framer at the beginning of a frame.
   *
   * @param start what a frame begins with; empty if nothing marks it
   * @param most how many bytes a frame may have
   * @param silenceNanos so long nothing comes between two frames at times, and never within one
   * @param checksum at the end of the frame; null if there is none
   */
  public BlockFramer(
      byte[] start, BlockSize size, int most, long silenceNanos, @Nullable Checksum checksum) {
    this.start = start;
    this.size = size;
    this.most = most;
    this.silenceNanos = silenceNanos;
    this.checksum = checksum;
    this.tells = start.length + (checksum == null ? 0 : checksum.kind().width()) >= 2;
    this.bytes = new byte[Math.max(most, start.length)];
  }

  @Override
  public void reset() {
    length = 0;
    lost = false;
    awaitsSilence = false;
  }

  @Override
  public void resetAmidFrame() {
    reset();
    // The rest of a frame is no frame: that is not worth telling.
    lost = true;
    awaitsSilence = !tells;
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
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < chunk.length(); i++) {
      if (awaitsSilence) {
        skipped++;
        continue;
      }
      bytes[length++] = chunk.getByte(i);
      look(frames);
    }
    return frames;
  }

  @Override
  public List<Frame> silence() {
    var frames = new ArrayList<Frame>();
    while (length > 0) {
      // What it seemed to be the beginning of is not coming; a frame may lie behind it.
      broken(frames, Frame.Fault.CUT, "found " + length + " bytes, then silence");
      if (tells) {
        skip(1);
        look(frames);
      } else {
        skip(length);
      }
    }
    awaitsSilence = false;
    lost = false;
    return frames;
  }

  /** Finds the frames in what is held, up to one that is not complete. */
  private void look(List<Frame> frames) {
    while (length > 0 && !awaitsSilence) {
      if (!startsWell()) {
        skip(1);
        continue;
      }
      int needed = size.of(bytes, length);
      if (needed < 0 || needed > most || (needed > 0 && needed < start.length)) {
        broken(
            frames,
            Frame.Fault.LENGTH,
            "found a length of " + needed + " bytes, expected at most " + most);
        passOver();
      } else if (needed == BlockSize.UNKNOWN || needed > length) {
        return;
      } else {
        String fault = checksum == null ? null : checksum.fault(bytes, 0, needed);
        if (fault == null) {
          frames.add(whole(needed));
          drop(needed);
          lost = false;
        } else {
          broken(frames, Frame.Fault.CHECKSUM, fault);
          passOver();
        }
      }
    }
  }

  private Frame whole(int wire) {
    int end = checksum == null ? wire : checksum.contentEnd(bytes, 0, wire);
    return new Frame.Whole(Buffer.buffer(Arrays.copyOf(bytes, end)), wire);
  }

  private void broken(List<Frame> frames, Frame.Fault fault, String words) {
    if (!lost) {
      frames.add(new Frame.Broken(fault, words, length));
      lost = true;
    }
  }

  private void passOver() {
    if (tells) {
      skip(1);
    } else {
      skip(length);
      awaitsSilence = true;
    }
  }

  /** Whether what is held begins as a frame does, as far as it goes. */
  private boolean startsWell() {
    int common = Math.min(length, start.length);
    return Arrays.equals(bytes, 0, common, start, 0, common);
  }

  private void skip(int count) {
    skipped += count;
    drop(count);
  }

  private void drop(int count) {
    System.arraycopy(bytes, count, bytes, 0, length - count);
    length -= count;
  }
}
