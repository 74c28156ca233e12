package dev.sluice.driver.text;

import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/** Asks with always the same bytes, for one frame. */
record OneRequest(Buffer request, Supplier<Framer> framer, Extraction extraction)
    implements Asking {

  @Override
  public Conversation about(int[] points) {
    return new OneAnswer(request, framer.get(), extraction, points);
  }

  @Override
  public int bytes() {
    return request.length();
  }

  @Override
  public String describe() {
    return Escapes.quote(request.toString());
  }
}
