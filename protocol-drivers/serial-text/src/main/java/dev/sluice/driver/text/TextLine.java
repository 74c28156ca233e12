package dev.sluice.driver.text;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A line that carries text: either devices that are asked, one at a time, or devices that send by
 * themselves.
 */
final class TextLine implements Line, Link.Listener {

  private final LineContext context;
  private final Link link;
  private final Exchanges exchanges;
  private final Set<RequestDevice> asked = new LinkedHashSet<>();
  private final Set<StreamingDevice> streaming = new LinkedHashSet<>();

  TextLine(TcpTarget target, LineContext context) {
    this.context = context;
    this.link = new TcpLink(target, context);
    this.exchanges = new Exchanges(context, link);
  }

  @Override
  public Device addDevice(DeviceSettings settings, DeviceContext device) throws SettingsException {
    TextForm form = TextForm.of(settings);
    Buffer request = form.request();
    if (request == null) {
      checkAlike(asked, "absent", "a request, as the other devices of the line have");
      var added = new StreamingDevice(form, streaming::remove);
      streaming.add(added);
      return added;
    }
    checkAlike(
        streaming,
        Escapes.quote(request.toString()),
        "no request, as the other devices of the line send by themselves");
    var added = new RequestDevice(form, request, exchanges, asked::remove);
    asked.add(added);
    return added;
  }

  /** What comes on a line is either an answer or not: nothing in it tells. */
  private static void checkAlike(Set<?> others, String found, String expected)
      throws SettingsException {
    if (!others.isEmpty()) {
      throw new SettingsException(
          List.of(
              new SettingsProblem(
                  "request", found, expected, "give this device a line of its own")));
    }
  }

  @Override
  public Future<Void> connect() {
    return link.open(this);
  }

  @Override
  public void received(Buffer bytes) {
    if (streaming.isEmpty()) {
      exchanges.received(bytes);
      return;
    }
    long now = context.time().nanoTime();
    for (StreamingDevice device : List.copyOf(streaming)) {
      device.received(bytes, now, streaming.size() == 1);
    }
  }

  @Override
  public void down(String reason) {
    streaming.forEach(StreamingDevice::connected);
    exchanges.down(reason);
    context.lost(reason);
  }

  @Override
  public int concurrency() {
    return 1;
  }

  @Override
  public Future<Void> close() {
    Future<Void> released = link.close();
    exchanges.down("the line was closed");
    return released;
  }
}
