package dev.sluice.simulator.text;

import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.serial.Stations;
import dev.sluice.simulator.serial.Turns;
import dev.sluice.simulator.spec.Fault;
import dev.sluice.simulator.spec.LineSpec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Text devices on a serial line: asked ones, or one that speaks by itself. */
public final class TextStations implements Stations {

  private static final int MAX_REQUEST = 4096;

  private final String delimiter;
  private final String end;
  private final List<TextDevice> devices;
  private final Map<TextDevice, Long> speaksNanos = new HashMap<>();
  private final StringBuilder heard = new StringBuilder();

  public TextStations(LineSpec.Text spec, PlantClock clock) {
    this.delimiter = spec.delimiter();
    this.end = latin(delimiter);
    this.devices = spec.devices().stream().map(device -> new TextDevice(device, clock)).toList();
  }

  @Override
  public List<TextDevice> devices() {
    return devices;
  }

  @Override
  public void received(byte[] bytes, Turns turns) {
    heard.append(new String(bytes, StandardCharsets.ISO_8859_1));
    for (int at = heard.indexOf(end); at >= 0; at = heard.indexOf(end)) {
      String request = heard.substring(0, at);
      heard.delete(0, at + end.length());
      asked(request, turns);
    }
    if (heard.length() > MAX_REQUEST) {
      heard.setLength(0);
    }
  }

  /**
   * A char per byte, whatever the encoding: what is heard may come in the middle of a character.
   */
  private static String latin(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private void asked(String request, Turns turns) {
    for (TextDevice device : devices) {
      String its = device.spec().request();
      if (its != null && request.equals(latin(its))) {
        speak(device, turns);
      }
    }
  }

  @Override
  public void silence(Turns turns) {
    // Who types a request by hand pauses in it.
  }

  @Override
  public void tick(long nanos, Turns turns) {
    for (TextDevice device : devices) {
      if (device.spec().request() != null) {
        continue;
      }
      long every = device.spec().every().toNanos();
      long next = speaksNanos.computeIfAbsent(device, d -> nanos + every);
      if (next - nanos <= 0) {
        // Times that were missed, while the line was unplugged, are not made up for.
        speaksNanos.put(device, Math.max(next + every, nanos));
        speak(device, turns);
      }
    }
  }

  private void speak(TextDevice device, Turns turns) {
    Fault fault = device.fault().now();
    if (fault instanceof Fault.Refuse refuse) {
      turns.add(device, bytes(() -> "ERROR " + refuse.code()));
    } else if (fault instanceof Fault.WrongLength) {
      turns.add(device, bytes(device::half));
    } else {
      turns.add(device, bytes(device::next));
    }
  }

  private Supplier<byte[]> bytes(Supplier<String> line) {
    return () -> (line.get() + delimiter).getBytes(StandardCharsets.UTF_8);
  }
}
