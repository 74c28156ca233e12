package dev.sluice.simulator.serial;

import java.util.List;

/** What is wired to a serial line, and how it understands what comes. On the line's thread. */
public interface Stations {

  List<? extends SerialDevice> devices();

  /** Takes bytes of the client; a request may come in pieces. */
  void received(byte[] bytes, Turns turns);

  /** Nothing came for longer than separates two frames. */
  void silence(Turns turns);

  /**
   * Called all the time, for those that speak by themselves.
   *
   * @param nanos of {@link System#nanoTime}
   */
  void tick(long nanos, Turns turns);
}
