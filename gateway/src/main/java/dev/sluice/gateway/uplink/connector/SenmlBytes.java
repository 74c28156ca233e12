package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.Column;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes fields of SenML records: labels are words in JSON and numbers in CBOR (RFC 8428, table 4).
 * Numbers are such that who reads all of them as doubles has the closest one; only what has more
 * digits than a double is told exactly.
 */
final class SenmlBytes {

  /** Any two decimals of so many digits are different doubles. */
  private static final long SAFE_DECIMAL = 1_000_000_000_000_000L;

  private static final int MILLIS = 1_000;

  /** Fields of a record. */
  enum Label {
    BN(-2),
    BT(-3),
    N(0),
    U(1),
    V(2),
    VS(3),
    VB(4),
    T(6);

    private final int code;

    Label(int code) {
      this.code = code;
    }
  }

  final Tokens out;
  private final boolean cbor;
  private final Map<Label, byte[]> labels = new EnumMap<>(Label.class);

  SenmlBytes(Form form, int capacity) {
    this.cbor = form.isCbor();
    this.out = Tokens.of(form, capacity);
    for (Label label : Label.values()) {
      labels.put(label, encoded(label));
    }
  }

  private byte[] encoded(Label label) {
    if (!cbor) {
      return out.name(label.name().toLowerCase(Locale.ROOT));
    }
    out.cutTo(0);
    out.integer(label.code);
    byte[] bytes = Arrays.copyOf(out.array(), out.length());
    out.cutTo(0);
    return bytes;
  }

  /** The first field of its record. */
  void first(Label label) {
    byte[] bytes = labels.get(label);
    if (bytes == null) {
      throw new IllegalStateException("BUG: no label " + label);
    }
    out.raw(bytes);
  }

  /** Another field. */
  void label(Label label) {
    out.next();
    first(label);
  }

  /** Milliseconds as seconds. */
  void seconds(long millis) {
    long whole = millis / MILLIS;
    int rest = (int) (millis % MILLIS);
    if (rest == 0) {
      out.integer(whole);
    } else if (cbor) {
      out.float64(millis / (double) MILLIS);
    } else if (rest % 100 == 0) {
      out.decimal(millis / 100, 1);
    } else if (rest % 10 == 0) {
      out.decimal(millis / 10, 2);
    } else {
      out.decimal(millis, 3);
    }
  }

  /** A value that is neither bool nor string. */
  void number(Column of, long bits) {
    boolean decimal = of.scale() > 0;
    if (cbor && decimal && bits > -SAFE_DECIMAL && bits < SAFE_DECIMAL) {
      // Both are exact as doubles, so their quotient is the closest double.
      out.float64(bits / Math.pow(10, of.scale()));
      return;
    }
    int from = out.length();
    Scalars.write(out, of, bits);
    if (!cbor && of.type().isFloat()) {
      lowerCase(from);
    }
  }

  /** RFC 8428, 4.3: an exponent is written with a small e. */
  private void lowerCase(int from) {
    byte[] bytes = out.array();
    for (int i = from; i < out.length(); i++) {
      if (bytes[i] == 'E') {
        bytes[i] = 'e';
      }
    }
  }
}
