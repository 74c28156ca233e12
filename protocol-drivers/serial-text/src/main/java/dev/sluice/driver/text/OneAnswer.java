package dev.sluice.driver.text;

import dev.sluice.driver.PollException;
import dev.sluice.driver.text.frame.Frame;
import dev.sluice.driver.text.frame.Framer;
import io.vertx.core.buffer.Buffer;

/** One request, and one frame that holds all that was asked for. */
final class OneAnswer implements Conversation {

  private final Buffer request;
  private final Framer framer;
  private final Extraction extraction;
  private final int[] points;

  OneAnswer(Buffer request, Framer framer, Extraction extraction, int[] points) {
    this.request = request;
    this.framer = framer;
    this.extraction = extraction;
    this.points = points;
  }

  @Override
  public Turn first() {
    return new Turn(request, framer, 0, 0);
  }

  @Override
  public Next heard(Frame.Whole answer) throws PollException {
    return new Next.Read(extraction.read(answer, points));
  }
}
