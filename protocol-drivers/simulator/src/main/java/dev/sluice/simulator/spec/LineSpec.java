package dev.sluice.simulator.spec;

import java.util.List;

/** What is reached through one port; one line of a gateway. */
public sealed interface LineSpec {

  /** Unique in the plant. */
  String id();

  Medium medium();

  List<? extends DeviceSpec> devices();

  /** A Modbus TCP port, or a bus of RTU slaves, where units answer; their unit ids differ. */
  record Modbus(String id, Medium medium, List<DeviceSpec.Modbus> devices) implements LineSpec {
    public Modbus {
      devices = List.copyOf(devices);
    }
  }

  /**
   * A port that speaks text. Either all its devices are asked, each by a request of its own, or it
   * has one device, which speaks by itself.
   *
   * @param delimiter ends every request and every answer
   */
  record Text(String id, Medium medium, String delimiter, List<DeviceSpec.Text> devices)
      implements LineSpec {
    public Text {
      devices = List.copyOf(devices);
    }
  }
}
