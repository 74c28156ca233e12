package dev.sluice.driver.serial;

/**
 * Finds the reply in what comes after a request. Made for one {@link Exchange}; used by the port's
 * thread until its outcome is handed over, after that on the line's context.
 */
public interface ReplyScanner {

  /** What the bytes so far are. */
  enum Verdict {
    /** No whole reply yet. */
    MORE,
    /** The reply is whole. Whatever follows it now makes it void. */
    COMPLETE,
    /** A whole reply, and bytes behind it already. */
    TRAILED,
    /** A reply came, but it is not right. The rest is thrown away until the line is silent. */
    DAMAGED
  }

  /**
   * Looks at what has come since the request, whatever noise or echo is in it. Never decides by
   * time.
   *
   * @param bytes hold what came; not to be changed or kept
   * @param length how many
   */
  Verdict scan(byte[] bytes, int length);

  /**
   * How many further bytes it takes at least until {@link #scan} can say something else; 1 or more.
   * The port sleeps for that long.
   */
  int missing();

  /**
   * Nothing came for the {@link PortOptions#byteGap()} though the last verdict was MORE.
   *
   * @return DAMAGED to give the reply up, MORE to wait for it until the timeout
   */
  Verdict silence(byte[] bytes, int length);
}
