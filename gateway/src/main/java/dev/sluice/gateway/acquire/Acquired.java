package dev.sluice.gateway.acquire;

/** What a line hands to the next stage; immutable, passed by reference over the event bus. */
public sealed interface Acquired permits ReadingBlock, DeviceState {

  DeviceDefinition device();

  Acquisition acquired();
}
