package dev.sluice.gateway.uplink.clearblade;

import dev.sluice.gateway.command.Answer;
import dev.sluice.gateway.command.Command;
import dev.sluice.gateway.command.DesiredState;
import dev.sluice.gateway.command.Request;
import dev.sluice.gateway.command.Requests;
import dev.sluice.gateway.uplink.clearblade.Troubles.Kind;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.connector.DocumentException;
import dev.sluice.gateway.uplink.connector.Documents;
import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations and commands. Any bytes may come; each is answered, in the state of the
 * device or among the answers.
 */
final class Inbox {

  private static final int DEPTH = 16;
  private static final String VERSION = "version";
  private static final String DEVICES = "devices";
  private static final String DEVICE = "device";

  /** What a command does that names nothing. */
  private static final String WRITE = "write";

  private final String uplink;
  private final String gateway;
  private final Requests requests;
  private final Applied applied;
  private final Troubles troubles;
  private final Function<String, @Nullable String> ours;
  private final Replies replies;
  private final BiConsumer<String, Applied.Config> carriedOut;
  private final Set<String> underWay = new HashSet<>();

  /** JSON, but not what its topic promises. */
  private static final class Unfit extends Exception {

    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message, null, false, false);
    }
  }

  /** Where it is told what came of it; of any thread that {@link Requests} completes on. */
  interface Replies {

    /** Of the configuration of a device, for its state. */
    void config(String id, Map<String, Object> report);

    /** Of a command. */
    void command(Map<String, Object> report);
  }

  /**
   * Of one connection.
   *
   * @param ours from the name of a field device in the registry to that of the configuration; null
   *     when there is none
   * @param carriedOut remembers it
   */
  Inbox(
      String uplink,
      String gateway,
      Requests requests,
      Memory memory,
      Function<String, @Nullable String> ours,
      Replies replies,
      BiConsumer<String, Applied.Config> carriedOut) {
    this.uplink = uplink;
    this.gateway = gateway;
    this.requests = requests;
    this.applied = memory.applied();
    this.troubles = memory.troubles();
    this.ours = ours;
    this.replies = replies;
    this.carriedOut = carriedOut;
  }

  Verdict config(String id, Buffer payload) {
    String device = device(id);
    if (device == null) {
      return Verdict.UNKNOWN_TOPIC;
    }
    String print = print(payload);
    Applied.Config last = applied.of(id);
    if (payload.length() == 0 || (last != null && last.print().equals(print))) {
      return Verdict.TAKEN; // none, or the one that was carried out
    }
    if (!underWay.add(id + " " + print)) {
      return Verdict.TAKEN; // sent again, as the first one was not acknowledged in time
    }
    try {
      Map<String, Object> document = new LinkedHashMap<>(Documents.read(payload, DEPTH));
      long version = number(VERSION, document.remove(VERSION));
      if (version >= 0 && last != null && version <= last.version()) {
        return old(id, version, last.version());
      }
      Map<String, Object> state =
          device.isEmpty() ? document : Map.of(DEVICES, Map.of(device, document));
      var config = new Applied.Config(print, version);
      take(
          new DesiredState(uplink, Math.max(0, version), state),
          answer -> configured(id, config, answer));
      return Verdict.TAKEN;
    } catch (DocumentException | Unfit e) {
      String why = e.getMessage() + hint(payload);
      troubles.add(Kind.MALFORMED_CONFIG, id, why);
      replies.config(id, report(-1, Answer.of(Answer.MALFORMED, why)));
      return Verdict.MALFORMED;
    }
  }

  private Verdict old(String id, long version, long last) {
    String why = "version " + version + " after version " + last + ": it has to grow";
    troubles.add(Kind.OLD_CONFIG, id, why);
    replies.config(id, report(version, Answer.of(Answer.REPEATED, why)));
    return Verdict.TAKEN;
  }

  /** What failed may be tried again when it comes again. */
  private void configured(String id, Applied.Config config, Answer answer) {
    underWay.remove(id + " " + config.print());
    if (answer.code() < Answer.FAILED && answer.code() != Answer.TOO_MANY) {
      carriedOut.accept(id, config);
    }
    replies.config(id, report(config.version(), answer));
  }

  private static Map<String, Object> report(long version, Answer answer) {
    var report = new LinkedHashMap<String, Object>();
    if (version >= 0) {
      report.put(VERSION, version);
    }
    report.put("code", answer.code());
    report.put("detail", answer.detail());
    report.putAll(answer.body());
    return report;
  }

  /** Negative when there is none. */
  private static long number(String key, @Nullable Object found) throws Unfit {
    if (found == null) {
      return -1;
    }
    if (found instanceof BigDecimal number && number.signum() >= 0) {
      try {
        return number.longValueExact();
      } catch (ArithmeticException e) {
        throw unfit(key, number);
      }
    }
    throw unfit(key, found);
  }

  private static Unfit unfit(String key, Object found) {
    String what = found instanceof BigDecimal ? String.valueOf(found) : "another kind of JSON";
    return new Unfit(key + ": expected a whole number from 0 on, found " + what);
  }

  /**
   * A command.
   *
   * @param folder the rest of its topic
   */
  Verdict command(String id, String folder, Buffer payload) {
    String device = device(id);
    if (device == null) {
      return Verdict.UNKNOWN_TOPIC;
    }
    String name = folder.isEmpty() ? WRITE : folder;
    String number = "";
    try {
      Map<String, Object> document = new LinkedHashMap<>(Documents.read(payload, DEPTH));
      Object told = document.remove("id");
      number = told == null ? "" : String.valueOf(told);
      long expires = Math.max(0, number("expires", document.remove("expires")));
      if (!device.isEmpty()) {
        document.put(DEVICE, device);
      }
      String of = number;
      take(
          new Command(uplink, number, expires, name, document),
          answer -> replies.command(told(of, name, answer)));
      return Verdict.TAKEN;
    } catch (DocumentException | Unfit e) {
      troubles.add(Kind.MALFORMED_COMMAND, id, String.valueOf(e.getMessage()));
      Answer answer = Answer.of(Answer.MALFORMED, e.getMessage() + hint(payload));
      replies.command(told(number, name, answer));
      return Verdict.MALFORMED;
    }
  }

  private static Map<String, Object> told(String id, String name, Answer answer) {
    var report = new LinkedHashMap<String, Object>();
    report.put("id", id);
    report.put("command", name);
    report.put("code", answer.code());
    report.put("detail", answer.detail());
    answer.body().forEach(report::putIfAbsent);
    return report;
  }

  private void take(Request request, Consumer<Answer> then) {
    requests
        .take(request)
        .onSuccess(then::accept)
        .onFailure(
            error -> {
              throw new IllegalStateException("BUG: a request failed with", error);
            });
  }

  /** Empty for the gateway itself, null for nobody. */
  private @Nullable String device(String id) {
    return id.equals(gateway) ? "" : ours.apply(id);
  }

  private static String hint(Buffer payload) {
    boolean base64 =
        payload.length() > 0 && payload.toString().strip().matches("[A-Za-z0-9+/_-]+={0,2}");
    return base64 ? "; it looks like base64 of something: was it encoded twice?" : "";
  }

  private static String print(Buffer payload) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(payload.getBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: a runtime without SHA-256", e);
    }
  }
}
