package dev.sluice.driver.text;

import dev.sluice.driver.Device;
import dev.sluice.driver.Poll;
import dev.sluice.driver.PollRequest;
import dev.sluice.driver.PollResult;
import dev.sluice.driver.ValueType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/** A device that answers a request with one line. */
final class RequestDevice implements Device {

  private final TextForm form;
  private final Buffer request;
  private final Exchanges exchanges;
  private final Consumer<RequestDevice> closed;

  RequestDevice(
      TextForm form, Buffer request, Exchanges exchanges, Consumer<RequestDevice> closed) {
    this.form = form;
    this.request = request;
    this.exchanges = exchanges;
    this.closed = closed;
  }

  @Override
  public ValueType type(int point) {
    return form.type(point);
  }

  @Override
  public List<Poll> plan(int[] points) {
    return points.length == 0
        ? List.of()
        : List.of(new LineRead(points.clone(), Escapes.quote(request.toString())));
  }

  @Override
  public Future<PollResult> run(Poll poll, PollRequest how) {
    return exchanges.run(form, request, poll.points(), how);
  }

  @Override
  public void close() {
    closed.accept(this);
  }
}
