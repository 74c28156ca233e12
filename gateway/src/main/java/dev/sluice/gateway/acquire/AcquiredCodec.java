package dev.sluice.gateway.acquire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Passes what a line acquired over the local event bus by reference: it is immutable. Registered
 * once per Vert.x instance under {@link #NAME}.
 */
public final class AcquiredCodec implements MessageCodec<Acquired, Acquired> {

  public static final String NAME = "sluice.acquired";

  @Override
  public Acquired transform(Acquired acquired) {
    return acquired;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  @Override
  public void encodeToWire(Buffer buffer, Acquired acquired) {
    throw new IllegalStateException("BUG: readings never leave the process over the event bus");
  }

  @Override
  public Acquired decodeFromWire(int position, Buffer buffer) {
    throw new IllegalStateException("BUG: readings never arrive from outside over the event bus");
  }
}
