package dev.sluice.gateway.normalize;

import dev.sluice.driver.Quality;
import dev.sluice.driver.Values;
import dev.sluice.gateway.acquire.ReadingBlock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DeviceNormalizer} made of a block: the readings worth sending, in columns. Reused
 * from block to block, so that normalizing allocates nothing. Not thread-safe.
 */
public final class NormalizedBlock {

  private int size;
  private int doubtful;
  private int[] points = new int[64];
  private long[] bits = new long[64];
  private byte[] scales = new byte[64];
  // 0 is good, a code is bad without a value, a negated code comes with a value.
  private byte[] marks = new byte[64];
  private @Nullable String[] texts = new @Nullable String[64];
  private int unmoved;
  private int tooSoon;
  private int repeated;

  /** How many readings are worth sending. */
  public int size() {
    return size;
  }

  /** How many of them are not good. */
  public int doubtful() {
    return doubtful;
  }

  /** The point of the i-th reading, as an index in {@link DeviceNormalizer#outputs()}. */
  public int point(int i) {
    return points[i];
  }

  /** The value, by the type of the point; meaningless without a value and for strings. */
  public long bits(int i) {
    return bits[i];
  }

  /** How many digits of a decimal are decimals. */
  public int scale(int i) {
    return scales[i];
  }

  /** The value of a string that has one, else empty. */
  public String text(int i) {
    String text = texts[i];
    return text == null ? "" : text;
  }

  public boolean isGood(int i) {
    return marks[i] == 0;
  }

  /** Whether there is a value, good or doubtful. */
  public boolean hasValue(int i) {
    return marks[i] <= 0;
  }

  public Quality quality(int i) {
    return Quality.ofCode(Math.abs(marks[i]));
  }

  /** Readings left out because they stayed within their deadband. */
  public int unmoved() {
    return unmoved;
  }

  /** Readings left out because they came within the minimum interval. */
  public int tooSoon() {
    return tooSoon;
  }

  /** Readings without a value left out because their point was known to be bad in that way. */
  public int repeated() {
    return repeated;
  }

  void clear(int capacity) {
    size = 0;
    doubtful = 0;
    unmoved = 0;
    tooSoon = 0;
    repeated = 0;
    if (points.length < capacity) {
      int length = Math.max(capacity, points.length * 2);
      points = new int[length];
      bits = new long[length];
      scales = new byte[length];
      marks = new byte[length];
      texts = new @Nullable String[length];
    }
  }

  /** Takes over a block in which every value is good and worth sending as it is. */
  void take(ReadingBlock block, boolean strings, boolean decimals) {
    Values values = block.values();
    size = block.size();
    for (int i = 0; i < size; i++) {
      points[i] = block.point(i);
      bits[i] = values.bits(i);
    }
    Arrays.fill(marks, 0, size, (byte) 0);
    if (decimals) {
      for (int i = 0; i < size; i++) {
        scales[i] = (byte) values.scale(i);
      }
    } else {
      Arrays.fill(scales, 0, size, (byte) 0);
    }
    if (strings) {
      for (int i = 0; i < size; i++) {
        texts[i] = values.text(i);
      }
    }
  }

  /** Sets the value of the reading that {@link #keep} may make one worth sending. */
  void value(long value, int scale, @Nullable String text) {
    bits[size] = value;
    scales[size] = (byte) scale;
    texts[size] = text;
  }

  /** The bits of that value. */
  long valueBits() {
    return bits[size];
  }

  int valueScale() {
    return scales[size];
  }

  @Nullable String valueText() {
    return texts[size];
  }

  /** The value set last is worth sending, with a quality of this code. */
  void keep(int point, int quality) {
    points[size] = point;
    marks[size] = (byte) -quality;
    doubtful += quality == 0 ? 0 : 1;
    size++;
  }

  /** No value, and that is worth sending. */
  void keepBad(int point, int quality) {
    value(0, 0, null);
    points[size] = point;
    marks[size] = (byte) quality;
    doubtful++;
    size++;
  }

  void leaveUnmoved() {
    unmoved++;
  }

  void leaveTooSoon() {
    tooSoon++;
  }

  void leaveRepeated() {
    repeated++;
  }
}
