package dev.sluice.simulator.spec;

import java.util.List;

/** What listens on one port; one line of a gateway. */
public sealed interface LineSpec {

  /** Unique in the plant. */
  String id();

  /** 0 for any free one. */
  int port();

  List<? extends DeviceSpec> devices();

  /** A Modbus TCP port behind which one or more units answer; their unit ids differ. */
  record Modbus(String id, int port, List<DeviceSpec.Modbus> devices) implements LineSpec {
    public Modbus {
      devices = List.copyOf(devices);
    }
  }

  /**
   * A TCP port that speaks text. Either all its devices are asked, each by a request of its own, or
   * it has one device, which speaks by itself.
   *
   * @param delimiter ends every request and every answer
   */
  record Text(String id, int port, String delimiter, List<DeviceSpec.Text> devices)
      implements LineSpec {
    public Text {
      devices = List.copyOf(devices);
    }
  }
}
