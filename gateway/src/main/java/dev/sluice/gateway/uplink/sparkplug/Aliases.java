package dev.sluice.gateway.uplink.sparkplug;

/** Numbers for metrics, unique over the node and all its devices. */
final class Aliases {

  private final boolean used;
  private long last;

  Aliases(boolean used) {
    this.used = used;
  }

  /** 0 when there are none. */
  long next() {
    return used ? ++last : 0;
  }
}
