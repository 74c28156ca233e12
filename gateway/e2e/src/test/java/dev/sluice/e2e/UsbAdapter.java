package dev.sluice.e2e;

import dev.sluice.driver.testkit.Pty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * A serial adapter with a slave behind it, known by a stable name. Plugged in again it is another
 * device under that name, as the kernel has it. The slave answers as {@link RtuSlave} does.
 */
final class UsbAdapter implements AutoCloseable {

  private static final int LOOK_MILLIS = 50;

  private final Path link;
  private Pty plugged;

  private UsbAdapter(Path link, Pty plugged) {
    this.link = link;
    this.plugged = plugged;
    serve(plugged);
  }

  static UsbAdapter plugged(Path link) {
    return new UsbAdapter(link, Pty.open(link));
  }

  Path link() {
    return link;
  }

  /** What the name leads to now. */
  Path device() {
    return plugged.device();
  }

  void unplug() {
    plugged.close();
  }

  void plugIn() {
    Path before = plugged.device();
    var fillers = new ArrayList<Pty>();
    try {
      // The kernel gives the lowest free number: with the old one taken it becomes another.
      do {
        fillers.add(Pty.open());
      } while (!fillers.get(fillers.size() - 1).device().equals(before) && fillers.size() < 64);
      plugged = Pty.open(link);
    } finally {
      fillers.forEach(Pty::close);
    }
    serve(plugged);
  }

  /** A gateway writes a request at once, so it comes whole. */
  private static void serve(Pty pty) {
    var thread =
        new Thread(
            () -> {
              byte[] bytes = new byte[256];
              for (int count = 0; count >= 0; count = pty.read(bytes, LOOK_MILLIS)) {
                if (count == 8) {
                  pty.write(RtuSlave.answer(Arrays.copyOf(bytes, count)));
                }
              }
            },
            "slave at " + pty.device());
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    plugged.close();
  }
}
