package dev.sluice.gateway.uplink.sparkplug;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.command.WriteOutcome;
import dev.sluice.gateway.command.WriteRequest;
import dev.sluice.gateway.uplink.connector.Conversation.Verdict;
import dev.sluice.gateway.uplink.mqtt.Incoming;
import dev.sluice.gateway.uplink.sparkplug.Rejections.Reason;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload;
import dev.sluice.gateway.uplink.sparkplug.wire.SparkplugB.Payload.Metric;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads NCMD and DCMD. Any bytes may come; what cannot be taken is counted and told. */
final class Inbox {

  /** A command is a few metrics. */
  private static final int MAX_BYTES = 64 << 10;

  private static final int MAX_METRICS = 100;

  private final Topics topics;
  private final String uplink;
  private final long maxAgeMillis;
  private final Commands commands;
  private final Function<String, @Nullable NodeDevice> devices;
  private final Runnable rebirth;
  private final Rejections rejections;

  Inbox(
      SparkplugForm form,
      Topics topics,
      Commands commands,
      Function<String, @Nullable NodeDevice> devices,
      Runnable rebirth,
      Rejections rejections) {
    this.topics = topics;
    this.uplink = form.uplink();
    this.maxAgeMillis = maxAge(form.options().commandMaxAge());
    this.commands = commands;
    this.devices = devices;
    this.rebirth = rebirth;
    this.rejections = rejections;
  }

  private static long maxAge(Duration configured) {
    return configured.toMillis();
  }

  Verdict take(Incoming message, long nowMillis) {
    Payload command = read(message);
    if (command == null) {
      return Verdict.MALFORMED;
    }
    String device = topics.commandedDevice(message.topic());
    boolean understood = true;
    for (Metric metric : command.getMetricsList()) {
      long sent = metric.hasTimestamp() ? metric.getTimestamp() : command.getTimestamp();
      // A rebirth harms nobody, and may be asked for because a clock is wrong.
      boolean ages = !metric.getName().equals(Births.REBIRTH);
      if (ages && sent > 0 && maxAgeMillis > 0 && nowMillis - sent > maxAgeMillis) {
        String age = (nowMillis - sent) / 1000 + " s old, at most " + maxAgeMillis / 1000;
        rejections.add(Reason.STALE, message.topic(), age);
        understood = false;
      } else if (device.isEmpty()) {
        understood &= node(message.topic(), metric);
      } else {
        understood &= device(message.topic(), device, metric, sent);
      }
    }
    return understood ? Verdict.TAKEN : Verdict.MALFORMED;
  }

  private @Nullable Payload read(Incoming message) {
    if (message.retained()) {
      rejections.add(Reason.RETAINED, message.topic(), "a command is not to be retained");
      return null;
    }
    if (message.payload().length() > MAX_BYTES) {
      String found = message.payload().length() + " bytes, at most " + MAX_BYTES;
      rejections.add(Reason.OVERSIZE, message.topic(), found);
      return null;
    }
    try {
      Payload payload = Payload.parseFrom(message.payload().getBytes());
      if (payload.getMetricsCount() > MAX_METRICS) {
        String found = payload.getMetricsCount() + " metrics, at most " + MAX_METRICS;
        rejections.add(Reason.OVERSIZE, message.topic(), found);
        return null;
      }
      return payload;
    } catch (InvalidProtocolBufferException e) {
      rejections.add(Reason.MALFORMED, message.topic(), String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Whether it was understood. */
  private boolean node(String topic, Metric metric) {
    if (!metric.getName().equals(Births.REBIRTH)) {
      rejections.add(Reason.UNKNOWN, topic, "metric '" + metric.getName() + "' of the node");
      return false;
    }
    if (!metric.hasBooleanValue()) {
      rejections.add(Reason.WRONG_TYPE, topic, Births.REBIRTH + " takes a Boolean");
      return false;
    }
    if (metric.getBooleanValue()) {
      rebirth.run();
    }
    return true;
  }

  /** Whether it was understood; what comes of it is counted where it is done. */
  private boolean device(String topic, String id, Metric metric, long sent) {
    NodeDevice device = devices.apply(id);
    Known known = device == null ? null : find(device, metric);
    if (known == null) {
      String what = metric.hasName() ? "'" + metric.getName() + "'" : "" + metric.getAlias();
      rejections.add(Reason.UNKNOWN, topic, "metric " + what + " of device '" + id + "'");
      return false;
    }
    Object value = CommandValue.of(metric, known.datatype());
    if (value == null) {
      String found = metric.getIsNull() ? "null" : String.valueOf(metric.getValueCase());
      rejections.add(
          Reason.WRONG_TYPE, topic, found + " for " + known.name + " of type " + known.datatype());
      return false;
    }
    long expires = sent > 0 && maxAgeMillis > 0 ? sent + maxAgeMillis : 0;
    commands
        .write(new WriteRequest(uplink, "", expires, id, known.name, value))
        .onSuccess(outcome -> answered(topic, known.name, outcome));
    return true;
  }

  private static @Nullable Known find(NodeDevice device, Metric metric) {
    if (metric.hasName()) {
      return device.byName(metric.getName());
    }
    for (Known known : device.metrics()) {
      if (metric.hasAlias() && known.alias() == metric.getAlias() && known.alias() != 0) {
        return known;
      }
    }
    return null;
  }

  /** Sparkplug has no word for it: what was written is seen in the next reading. */
  private void answered(String topic, String point, WriteOutcome outcome) {
    if (outcome.result() != WriteOutcome.Result.DONE) {
      rejections.add(Reason.REFUSED, topic, point + ": " + outcome.detail());
    }
  }
}
