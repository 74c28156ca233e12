package dev.sluice.gateway.uplink.thingsboard;

/** What a message does to a device at the server when it is written. */
sealed interface Note {

  String device();

  /** It names the device, and so connects it. */
  record Names(String device) implements Note {}

  /** It disconnects the device. */
  record Leaves(String device) implements Note {}
}
