package dev.sluice.gateway.acquire;

/** What a line hands to the next stage; immutable, passed by reference over the event bus. */
public sealed interface Acquired permits ReadingBlock, DeviceState {

  DeviceDefinition device();

  Acquisition acquired();

  /** The event-bus address of one of the verticles that take what is acquired. */
  static String address(int number) {
    return "readings." + number;
  }

  /** The address for a device: always the same one, so that its order is kept without a lock. */
  static String address(String device, int verticles) {
    return address(Math.floorMod(device.hashCode(), verticles));
  }
}
