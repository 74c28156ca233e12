package dev.sluice.e2e.cloud.broker;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The client's end of a {@link Peer}: does what each line asks and tells what came of it. Libraries
 * may print what they like in between: only marked lines count.
 */
public abstract class PeerMain {

  static final String MARK = "@@";

  /** Reads until the test closes the input; what is asked for at the same time is done so. */
  protected final void serve() throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      var asked = new JsonObject(line);
      threads.execute(() -> tell(outcome(asked).put("n", asked.getInteger("n"))));
    }
    System.exit(0);
  }

  private JsonObject outcome(JsonObject asked) {
    try {
      return perform(asked.getString("ask"), asked.getJsonObject("with"));
    } catch (Exception e) {
      var outcome = new JsonObject().put("error", e.toString());
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        outcome.put("cause", cause.toString());
      }
      return outcome;
    }
  }

  /** Does one thing, on any thread; what it throws is told as its error. */
  protected abstract JsonObject perform(String what, JsonObject with) throws Exception;

  /** Tells of something that happened by itself; from any thread. */
  public static void tellEvent(String what, JsonObject with) {
    tell(with.put("event", what));
  }

  private static void tell(JsonObject line) {
    synchronized (System.out) {
      System.out.println(MARK + line.encode());
      System.out.flush();
    }
  }
}
