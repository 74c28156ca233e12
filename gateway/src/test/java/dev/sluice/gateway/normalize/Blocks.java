package dev.sluice.gateway.normalize;

import dev.sluice.driver.Quality;

/** Normalized blocks for who needs one and has no device to normalize for. */
public final class Blocks {

  private Blocks() {}

  /** A good reading: the number of its point, bits, scale and text. */
  public record One(int point, long bits, int scale, String text, Quality quality) {}

  /** A block of these. */
  public static NormalizedBlock of(java.util.List<One> readings) {
    var block = new NormalizedBlock();
    block.clear(readings.size());
    for (One one : readings) {
      block.value(one.bits(), one.scale(), one.text());
      block.keep(one.point(), one.quality().code());
    }
    return block;
  }
}
