package dev.sluice.gateway.acquire;

/** When the wall clock is believed. */
public enum ClockTrust {
  /** When the system says that it is synchronized. */
  AUTO,
  /** Always: the owner vouches for it, for example with a battery-backed clock. */
  ALWAYS
}
