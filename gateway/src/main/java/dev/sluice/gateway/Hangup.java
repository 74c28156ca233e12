package dev.sluice.gateway;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs something on SIGHUP, the field's signal for "read your configuration again".
 *
 * <p>The JDK has signals only in {@code sun.misc}, whose every mention is a compiler warning that
 * cannot be turned off; hence by reflection. Where they are missing, the signal keeps its default.
 */
final class Hangup {

  private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

  private Hangup() {}

  /**
   * Calls back on a thread of the JVM's own. Until this was called, SIGHUP ends the process.
   *
   * <p>What ignored the signal when it started (under {@code nohup}) goes on ignoring it: the JVM
   * keeps to that, answers with what was there, and nothing else tells.
   */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      Object before =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
      if (before == handler.getField("SIG_IGN").get(null)) {
        LOG.atWarn()
            .addKeyValue("reason", "SIGHUP was ignored when this process started, and stays so")
            .addKeyValue("hint", "start it without nohup, or by a shell that ignores nothing")
            .log("no reload by SIGHUP");
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      LOG.atWarn().addKeyValue("reason", e.toString()).log("no reload by SIGHUP");
    }
  }
}
