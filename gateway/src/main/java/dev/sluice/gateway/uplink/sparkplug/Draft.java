package dev.sluice.gateway.uplink.sparkplug;

import java.util.List;

/** What has to be looked at when a rendered message is written. */
sealed interface Draft {

  NodeDevice device();

  /**
   * Readings of a device.
   *
   * @param needs the metric of each reading, in the order of the message
   * @param births of the device when it was rendered
   * @param live whether it was not told as history
   */
  record Data(NodeDevice device, List<Known.Need> needs, int births, boolean live)
      implements Draft {}

  /** The device came up: what it says is asked when it is said. */
  record Birth(NodeDevice device) implements Draft {}

  /** The device went down. */
  record Death(NodeDevice device) implements Draft {}
}
