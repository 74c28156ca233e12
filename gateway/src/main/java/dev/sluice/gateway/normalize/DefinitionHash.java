package dev.sluice.gateway.normalize;

import dev.sluice.driver.ValueType;
import java.nio.charset.StandardCharsets;

/**
 * Tells definitions of points apart over restarts and versions: FNV-1a, 64 bits, over the name and
 * the unit in UTF-8, each followed by a zero byte, the code of the type and the scale.
 */
public final class DefinitionHash {

  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private DefinitionHash() {}

  /**
   * The hash of a point after normalizing.
   *
   * @param scale how many digits of a decimal are decimals; 0 for other types
   */
  public static long of(String name, String unit, ValueType type, int scale) {
    long hash = text(text(BASIS, name), unit);
    return step(step(hash, type.code()), scale);
  }

  private static long text(long hash, String text) {
    long stepped = hash;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return utf8(hash, text);
      }
      stepped = step(stepped, c); // a byte of its own in UTF-8
    }
    return step(stepped, 0);
  }

  private static long utf8(long hash, String text) {
    long stepped = hash;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      stepped = step(stepped, b);
    }
    return step(stepped, 0);
  }

  private static long step(long hash, int octet) {
    return (hash ^ (octet & 0xff)) * PRIME;
  }
}
