package dev.sluice.gateway.uplink.connector;

import dev.sluice.gateway.batch.Column;

/** A value of a point as a token. */
public final class Scalars {

  private Scalars() {}

  /** Of any type but string; floats are finite. */
  public static void write(Tokens to, Column of, long bits) {
    switch (of.type()) {
      case BOOL -> to.bool(bits != 0);
      case INT16, UINT16, INT32, UINT32, INT64 -> to.integer(bits);
      case UINT64 -> to.unsigned(bits);
      case FLOAT32 -> to.float32((float) Double.longBitsToDouble(bits));
      case FLOAT64 -> to.float64(Double.longBitsToDouble(bits));
      case DECIMAL -> to.decimal(bits, of.scale());
      case STRING -> throw new IllegalStateException("BUG: bits of string " + of.name());
    }
  }
}
