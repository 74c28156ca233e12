package dev.sluice.driver.testkit;

import java.util.ArrayList;
import java.util.List;

/** Ports of 127.0.0.1, for programs that cannot be told to take a free one themselves. */
public final class FreePort {

  private static final List<HeldPort> TAKEN = new ArrayList<>();

  private FreePort() {}

  /** A port on which nobody listens but who is told of it, until this JVM ends. */
  public static int take() {
    HeldPort held = HeldPort.take();
    synchronized (TAKEN) {
      TAKEN.add(held);
    }
    return held.port();
  }
}
