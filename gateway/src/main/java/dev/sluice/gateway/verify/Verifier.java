package dev.sluice.gateway.verify;

import dev.sluice.driver.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Judges messages of any number of gateways. Knows nothing of MQTT. Any thread. */
public final class Verifier {

  private static final int MAX_STREAMS = 1024;
  private static final int MAX_WORDS = 10;

  private record Key(String gateway, String stream) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byGateway = gateway.compareTo(other.gateway);
      return byGateway != 0 ? byGateway : stream.compareTo(other.stream);
    }
  }

  private final boolean fromStart;
  private final TimeSource time;
  private final Map<Key, StreamLedger> streams = new TreeMap<>();
  private final List<String> malformedWords = new ArrayList<>();
  private long messages;
  private long malformed;
  private long unjudged;

  /**
   * A verifier that saw nothing yet.
   *
   * @param fromStart whether every stream must come from seq 1; otherwise from where it is
   */
  public Verifier(boolean fromStart, TimeSource time) {
    this.fromStart = fromStart;
    this.time = time;
  }

  /** Takes a message; what is wrong with it is counted and never thrown. */
  public synchronized void accept(String topic, byte[] payload) {
    messages++;
    try {
      Optional<WireMessage> message = WireReader.read(payload);
      message.ifPresent(this::judge);
    } catch (WireException e) {
      malformed++;
      if (malformedWords.size() < MAX_WORDS) {
        malformedWords.add(topic + ": " + e.getMessage());
      }
    }
  }

  private void judge(WireMessage message) {
    var key = new Key(message.gateway(), message.stream());
    StreamLedger ledger = streams.get(key);
    if (ledger == null) {
      if (streams.size() >= MAX_STREAMS) {
        unjudged++;
        return;
      }
      ledger = new StreamLedger(fromStart, time.nanoTime());
      streams.put(key, ledger);
    }
    ledger.accept(message, time.millis(), time.nanoTime());
  }

  /** Messages may have passed that nobody kept: what is missing until now is not judged. */
  public synchronized void rejoin() {
    streams.values().forEach(ledger -> ledger.rejoin(time.nanoTime()));
  }

  /** A snapshot. */
  public synchronized VerifyReport report() {
    var reports = new ArrayList<VerifyReport.Stream>();
    streams.forEach((key, ledger) -> reports.add(ledger.report(key.gateway(), key.stream())));
    return new VerifyReport(reports, messages, malformed, List.copyOf(malformedWords), unjudged);
  }
}
