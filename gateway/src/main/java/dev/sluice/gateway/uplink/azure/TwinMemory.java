package dev.sluice.gateway.uplink.azure;

/**
 * How far a gateway got with the desired properties of its twin: what is remembered from one
 * connection to the next. After a restart all of them are wanted again, which is no harm.
 */
final class TwinMemory {

  private long done;
  private boolean failed;

  /** Whether this version of the whole needs to be carried out. */
  boolean wants(long version) {
    return version != done || failed;
  }

  /**
   * The hub knows what came of a version.
   *
   * @param whole whether it was all that is desired, and not a change
   * @param settled whether nothing would be better the next time
   */
  void told(long version, boolean whole, boolean settled) {
    done = version;
    failed = !settled || (failed && !whole);
  }
}
