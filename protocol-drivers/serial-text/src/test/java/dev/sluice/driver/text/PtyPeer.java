package dev.sluice.driver.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sluice.driver.testkit.Pty;
import java.util.function.BiConsumer;

/** A device at the other end of a pty: a thread that hears lines and lets a script answer them. */
final class PtyPeer {

  private PtyPeer() {}

  /**
   * Serves until the pty is closed.
   *
   * @param end what the last character of each request is
   * @param script gets each request, its end included
   */
  static void on(Pty pty, char end, BiConsumer<Pty, String> script) {
    var thread = new Thread(() -> serve(pty, end, script), "peer");
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(Pty pty, char end, BiConsumer<Pty, String> script) {
    byte[] chunk = new byte[256];
    var heard = new StringBuilder();
    for (int count = 0; count >= 0; count = pty.read(chunk, 20)) {
      heard.append(new String(chunk, 0, count, ISO_8859_1));
      for (int at = heard.indexOf("" + end); at >= 0; at = heard.indexOf("" + end)) {
        String request = heard.substring(0, at + 1);
        heard.delete(0, at + 1);
        script.accept(pty, request);
      }
    }
  }

  static byte[] bytes(String latin1) {
    return latin1.getBytes(ISO_8859_1);
  }
}
