package dev.sluice.simulator.spec;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device of a plant. */
public sealed interface DeviceSpec {

  /** The point that every device has: how many polls it answered. */
  String COUNTER = "counter";

  /** Unique in the plant. */
  String id();

  /** How often a gateway should poll it, or how often it speaks by itself. */
  Duration every();

  /** Without the counter. */
  List<? extends PointSpec> points();

  List<FaultStep> faults();

  /**
   * A unit behind a Modbus TCP port. Input and holding registers, inputs and coils read 0 between
   * its points; addresses behind its last point of a kind do not exist.
   *
   * @param unit 0 to 255
   * @param counter a uint32 in input registers
   */
  record Modbus(
      String id,
      int unit,
      Duration every,
      PointSpec.Register counter,
      List<PointSpec.Register> points,
      List<FaultStep> faults)
      implements DeviceSpec {
    public Modbus {
      points = List.copyOf(points);
      faults = List.copyOf(faults);
    }
  }

  /**
   * A device that speaks lines of text.
   *
   * @param request what it is asked with, without the delimiter; null when it speaks by itself
   * @param format one line of it; <code>{name}</code> stands for a point, <code>{counter}</code>
   *     for the counter
   * @param nmea whether a line ends with the checksum of NMEA 0183, {@code *} and two hex digits
   */
  record Text(
      String id,
      @Nullable String request,
      Duration every,
      String format,
      boolean nmea,
      List<PointSpec.Field> points,
      List<FaultStep> faults)
      implements DeviceSpec {
    public Text {
      points = List.copyOf(points);
      faults = List.copyOf(faults);
    }
  }
}
