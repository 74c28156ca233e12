package dev.sluice.simulator.spec;

import java.math.BigDecimal;

/** A point of a device. */
public sealed interface PointSpec {

  /** Unique in its device. */
  String name();

  /** For example {@code kWh}; empty if none. */
  String unit();

  /** Its value over time, in engineering units. */
  Signal signal();

  /** What a point is called as a group of a pattern, where names have letters and digits only. */
  static String group(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "");
  }

  /**
   * A point of a Modbus device.
   *
   * @param address of its first register or its coil, counted from 0
   * @param bit 0 to 15 when it is one bit of a register, else -1
   * @param registers how many it takes; 1 for a coil
   * @param scale raw value x scale + offset = engineering value
   */
  record Register(
      String name,
      Area area,
      int address,
      int bit,
      RegisterType type,
      RegisterOrder order,
      int registers,
      BigDecimal scale,
      BigDecimal offset,
      String unit,
      Signal signal)
      implements PointSpec {

    /** The first address behind it. */
    public int end() {
      return address + registers;
    }

    /** As the configuration of a gateway says it, for example {@code holding 100.3}. */
    public String at() {
      return area.word() + " " + address + (bit < 0 ? "" : "." + bit);
    }
  }

  /**
   * A field in the line of a text device.
   *
   * @param decimals how many its number is written with, 0 to 9
   */
  record Field(String name, int decimals, String unit, Signal signal) implements PointSpec {}
}
