package dev.sluice.driver.modbus.plan;

/** Hears what a link notices of a unit beside the outcome of its polls. On the line's context. */
public interface UnitListener {

  /** Nobody wants to know. */
  UnitListener NONE =
      new UnitListener() {
        @Override
        public void count(String event) {}

        @Override
        public void late(long delayNanos, long timeoutNanos) {}

        @Override
        public void inTime() {}
      };

  /** Something to count, as of {@link dev.sluice.driver.DeviceContext#count}. */
  void count(String event);

  /**
   * A reply came after its time.
   *
   * @param delayNanos from the end of the request
   * @param timeoutNanos what it had
   */
  void late(long delayNanos, long timeoutNanos);

  /** A reply came in time. */
  void inTime();
}
