package dev.sluice.simulator.serial;

import dev.sluice.simulator.spec.Fault;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What a bad wire does to bytes. The same seed does the same. Not thread-safe. */
final class Troubles {

  private static final int MAX_NOISE = 8;

  private final SplittableRandom random;

  Troubles(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Whether something happens this time that happens so often. */
  boolean happens(double percent) {
    return random.nextDouble(100) < percent;
  }

  /** What becomes of a frame; itself, the same object, when nothing happens to it. */
  byte[] spoil(Fault fault, byte[] frame) {
    if (fault instanceof Fault.Damage damage && happens(damage.percent())) {
      byte[] damaged = frame.clone();
      damaged[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
      return damaged;
    }
    if (fault instanceof Fault.Noise noise && happens(noise.percent())) {
      return insert(frame, place(noise.place(), frame.length));
    }
    return frame;
  }

  private int place(Fault.Place place, int length) {
    return switch (place) {
      case BEFORE -> 0;
      case IN -> length < 2 ? length : 1 + random.nextInt(length - 1);
      case AFTER -> length;
    };
  }

  private byte[] insert(byte[] frame, int at) {
    byte[] noise = new byte[1 + random.nextInt(MAX_NOISE)];
    random.nextBytes(noise);
    byte[] noisy = Arrays.copyOf(frame, frame.length + noise.length);
    System.arraycopy(noise, 0, noisy, at, noise.length);
    System.arraycopy(frame, at, noisy, at + noise.length, frame.length - at);
    return noisy;
  }
}
