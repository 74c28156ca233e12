package dev.sluice.simulator.text;

import dev.sluice.simulator.device.FaultSwitch;
import dev.sluice.simulator.device.PlantClock;
import dev.sluice.simulator.serial.SerialDevice;
import dev.sluice.simulator.spec.DeviceSpec;
import dev.sluice.simulator.spec.PointSpec;
import dev.sluice.simulator.spec.Signal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** One text device: makes its lines and counts them. */
final class TextDevice implements SerialDevice {

  private final DeviceSpec.Text spec;
  private final PlantClock clock;
  private final FaultSwitch fault;
  private final AtomicLong answered = new AtomicLong();

  TextDevice(DeviceSpec.Text spec, PlantClock clock) {
    this.spec = spec;
    this.clock = clock;
    this.fault = new FaultSwitch(spec.faults(), clock);
  }

  @Override
  public DeviceSpec.Text spec() {
    return spec;
  }

  @Override
  public long answered() {
    return answered.get();
  }

  @Override
  public void recount(long count) {
    answered.set(count);
  }

  @Override
  public FaultSwitch fault() {
    return fault;
  }

  /** The next line, without the delimiter; counted as answered. */
  String next() {
    return line(answered.incrementAndGet());
  }

  /** Half of what would be the next line; not counted. */
  String half() {
    String line = line(answered.get() + 1);
    return line.substring(0, line.length() / 2);
  }

  /** NMEA 0183: all bytes behind the $, xor-ed. */
  private static String checksum(String line) {
    int sum = 0;
    for (byte b : line.substring(1).getBytes(StandardCharsets.UTF_8)) {
      sum ^= b & 0xFF;
    }
    return String.format(Locale.ROOT, "*%02X", sum);
  }

  private String line(long count) {
    long nanos = clock.nanos();
    String line = spec.format().replace("{" + DeviceSpec.COUNTER + "}", Long.toString(count));
    for (PointSpec.Field point : spec.points()) {
      double value = point.signal() instanceof Signal.Numeric number ? number.at(nanos) : 0;
      String digits =
          BigDecimal.valueOf(value)
              .setScale(point.decimals(), RoundingMode.HALF_EVEN)
              .toPlainString();
      line = line.replace("{" + point.name() + "}", digits);
    }
    return spec.nmea() ? line + checksum(line) : line;
  }
}
