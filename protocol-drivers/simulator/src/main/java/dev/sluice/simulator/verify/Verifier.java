package dev.sluice.simulator.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.simulator.verify.CounterTrack.Hole;
import dev.sluice.simulator.verify.RangeSet.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Judges the messages of one uplink. Knows nothing of MQTT. Any thread.
 *
 * <p>Memory is bounded by the number of streams, devices and holes, not by what comes.
 */
public final class Verifier {

  private static final int MAX_STREAMS = 1024;
  private static final int MAX_DEVICES = 16_384;
  private static final int MAX_MESSAGE = 16 << 20;
  private static final int MAX_WORDS = 20;
  private static final int MAX_SHOWN = 1024;

  private final boolean fromStart;
  private final String counterPoint;
  private final Map<String, StreamTrack> streams = new LinkedHashMap<>();
  private final Map<String, CounterTrack> counters = new TreeMap<>();
  private final Map<String, Map<String, JsonNode>> latest = new TreeMap<>();
  private final List<String> malformedWords = new ArrayList<>();
  private long messages;
  private long duplicates;
  private long malformed;
  private long readings;
  private long namedReadings;

  /**
   * A verifier that saw nothing yet.
   *
   * @param fromStart every stream is expected from seq 1; otherwise from the {@code low} of its
   *     first message, as when one joins late
   * @param counterPoint the name of the point by which devices count their answers
   */
  public Verifier(boolean fromStart, String counterPoint) {
    this.fromStart = fromStart;
    this.counterPoint = counterPoint;
  }

  /** Takes a message. What is wrong with it is counted and reported, never thrown. */
  public synchronized void accept(String topic, byte[] payload) {
    messages++;
    try {
      Optional<WireMessage> message = WireMessage.parse(topic, payload, MAX_MESSAGE);
      if (message.isPresent()) {
        accept(message.get());
      }
    } catch (IOException e) {
      malformed++;
      if (malformedWords.size() < MAX_WORDS) {
        malformedWords.add("malformed message on " + topic + ": " + e.getMessage());
      }
    }
  }

  private void accept(WireMessage message) throws IOException {
    StreamTrack stream = streams.get(message.stream());
    if (stream == null) {
      if (streams.size() >= MAX_STREAMS) {
        throw new IOException("found one more stream, expected at most " + MAX_STREAMS);
      }
      long joined = message.low() > 0 ? message.low() : Math.max(1, message.seq());
      stream = new StreamTrack(fromStart ? 1 : joined);
      streams.put(message.stream(), stream);
    }
    if (!stream.accept(message)) {
      duplicates++;
      return;
    }
    if (message.gap() != null) {
      namedReadings += message.gap().count();
    }
    var at = new CounterTrack.Position(stream, message.seq());
    for (Map.Entry<String, JsonNode> device : message.devices().properties()) {
      for (JsonNode row : device.getValue()) {
        row(message.gateway() + "/" + device.getKey(), row.path("v"), at);
      }
    }
  }

  private void row(String device, JsonNode values, CounterTrack.Position at) throws IOException {
    readings += values.size();
    show(device, values);
    JsonNode count = values.path(counterPoint);
    if (count.isMissingNode()) {
      return;
    }
    if (!count.isNumber() || !count.canConvertToExactIntegral() || !count.canConvertToLong()) {
      throw new IOException("found counter " + count + " of " + device + ", expected a whole one");
    }
    CounterTrack track = counters.get(device);
    if (track == null) {
      if (counters.size() >= MAX_DEVICES) {
        throw new IOException("found one more device, expected at most " + MAX_DEVICES);
      }
      track = new CounterTrack();
      counters.put(device, track);
    }
    track.add(count.longValue(), at);
  }

  private void show(String device, JsonNode values) {
    Map<String, JsonNode> shown = latest.get(device);
    if (shown == null) {
      if (latest.size() >= MAX_DEVICES) {
        return;
      }
      shown = new HashMap<>();
      latest.put(device, shown);
    }
    for (Map.Entry<String, JsonNode> value : values.properties()) {
      if (shown.size() < MAX_SHOWN || shown.containsKey(value.getKey())) {
        shown.put(value.getKey(), value.getValue());
      }
    }
  }

  /** The last values of a device of any gateway, as JSON, by point. */
  public synchronized Map<String, JsonNode> latest(String device) {
    return latest.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("/" + device))
        .findFirst()
        .map(entry -> Map.copyOf(entry.getValue()))
        .orElse(Map.of());
  }

  /** The highest count that came of a device of any gateway; 0 if none. */
  public synchronized long lastCount(String device) {
    return counters.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("/" + device))
        .mapToLong(entry -> entry.getValue().last())
        .max()
        .orElse(0);
  }

  /** How many different counts came, over all devices. */
  public synchronized long counts() {
    return counters.values().stream().mapToLong(CounterTrack::distinct).sum();
  }

  /**
   * Judges what came so far.
   *
   * @param expected devices that must have sent a count; one that did not counts as one missing
   *     reading, as nobody knows how many there were
   */
  public synchronized Summary summary(Collection<String> expected) {
    List<String> words = new ArrayList<>();
    long published = 0;
    long acknowledged = 0;
    long missing = 0;
    for (Map.Entry<String, StreamTrack> entry : streams.entrySet()) {
      StreamTrack stream = entry.getValue();
      published += stream.published();
      acknowledged += stream.acknowledged();
      missing += stream.missingCount();
      List<Range> holes = stream.missing();
      if (!holes.isEmpty()) {
        words.add("stream " + entry.getKey() + ": seq missing: " + list(holes));
      }
    }
    long unnamed = 0;
    long named = 0;
    long repeated = 0;
    for (Map.Entry<String, CounterTrack> entry : counters.entrySet()) {
      CounterTrack counter = entry.getValue();
      List<Hole> holes = counter.holes().stream().filter(hole -> !hole.named()).toList();
      unnamed += counter.closed() + holes.stream().mapToLong(Hole::size).sum();
      named += counter.holes().stream().filter(Hole::named).mapToLong(Hole::size).sum();
      repeated += counter.repeated();
      if (!holes.isEmpty()) {
        words.add("device " + entry.getKey() + ": counts missing: " + list(holes));
      }
      if (counter.repeated() > 0) {
        words.add("device " + entry.getKey() + ": " + counter.repeated() + " counts came twice");
      }
    }
    if (named > namedReadings) {
      // A gap must not explain more than it says it dropped.
      words.add("gaps name " + namedReadings + " readings, but " + named + " counts are missing");
      unnamed += named - namedReadings;
      named = namedReadings;
    }
    for (String device : expected) {
      if (counters.keySet().stream().noneMatch(key -> key.endsWith("/" + device))) {
        words.add("device " + device + ": nothing came");
        unnamed++;
      }
    }
    words.addAll(malformedWords);
    return new Summary(
        published,
        acknowledged,
        duplicates,
        missing,
        unnamed,
        named,
        repeated,
        readings,
        messages,
        malformed,
        streams.size(),
        words);
  }

  private static String list(List<?> ranges) {
    String first =
        String.join(", ", ranges.stream().limit(MAX_WORDS).map(Object::toString).toList());
    return ranges.size() > MAX_WORDS
        ? first + " and " + (ranges.size() - MAX_WORDS) + " more ranges"
        : first;
  }
}
