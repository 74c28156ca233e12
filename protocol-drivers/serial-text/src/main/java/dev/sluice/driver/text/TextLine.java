package dev.sluice.driver.text;

import dev.sluice.driver.Device;
import dev.sluice.driver.DeviceContext;
import dev.sluice.driver.DeviceSettings;
import dev.sluice.driver.Line;
import dev.sluice.driver.LineContext;
import dev.sluice.driver.SettingsException;
import dev.sluice.driver.SettingsProblem;
import dev.sluice.driver.serial.PortOptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line that carries text: either devices that are asked, one at a time, or devices that send by
 * themselves.
 */
final class TextLine implements Line, Link.Listener {

  private final LineContext context;
  private final Link link;
  private final @Nullable PortOptions port;
  private final Exchanges exchanges;
  private final Set<RequestDevice> asked = new LinkedHashSet<>();
  private final Set<StreamingDevice> streaming = new LinkedHashSet<>();

  /**
   * A line that is not connected.
   *
   * @param port of the link, if it is one
   * @param echo whether what is sent comes back before the answer
   */
  TextLine(Link link, @Nullable PortOptions port, boolean echo, LineContext context) {
    this.context = context;
    this.link = link;
    this.port = port;
    this.exchanges = new Exchanges(context, link, port == null ? 0 : port.baud(), echo);
  }

  @Override
  public Device addDevice(DeviceSettings settings, DeviceContext device) throws SettingsException {
    DeviceForm form = DeviceReader.read(settings, port != null);
    Asking asking = form.asking();
    if (asking == null) {
      checkAlike(asked, "absent", "a request, as the other devices of the line have");
      var added =
          new StreamingDevice(
              form,
              settings.points().size(),
              context,
              device::count,
              () -> streaming.size() == 1,
              streaming::remove);
      streaming.add(added);
      if (link.isOpen()) {
        added.connected();
      }
      return added;
    }
    checkAlike(
        streaming,
        asking.describe(),
        "no request, as the other devices of the line send by themselves");
    long charNanos = port == null ? 0 : port.charNanos();
    var added =
        new RequestDevice(
            form.extraction(), asking, exchanges, charNanos, device::count, asked::remove);
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
    return link.open(this).onSuccess(v -> streaming.forEach(StreamingDevice::connected));
  }

  @Override
  public void received(Buffer bytes, long lastByteNanos) {
    if (streaming.isEmpty()) {
      exchanges.received(bytes, lastByteNanos);
      return;
    }
    for (StreamingDevice device : List.copyOf(streaming)) {
      device.received(bytes, lastByteNanos);
    }
  }

  @Override
  public void down(String reason) {
    streaming.forEach(StreamingDevice::disconnected);
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
    streaming.forEach(StreamingDevice::disconnected);
    exchanges.down("the line was closed");
    return released;
  }
}
