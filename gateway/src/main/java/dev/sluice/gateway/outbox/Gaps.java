package dev.sluice.gateway.outbox;

import dev.sluice.gateway.outbox.log.Announcer;
import dev.sluice.gateway.outbox.log.Entry;
import dev.sluice.gateway.outbox.log.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts losses into gap records. A gap that is itself lost before everybody had it goes on in the
 * new one: one record per reason, so that the number of gaps does not grow with the length of an
 * outage.
 */
final class Gaps implements Announcer {

  @Override
  public int kind() {
    return RecordKind.GAP.code();
  }

  @Override
  public List<Entry> announce(Loss loss, List<byte[]> carried) {
    Map<String, GapRecord> byReason = new TreeMap<>();
    String reason = loss.cause().name().toLowerCase(Locale.ROOT);
    String uplink = loss.uplink();
    byReason.put(reason, new GapRecord(loss.first(), loss.last(), loss.readings(), reason, uplink));
    for (byte[] payload : carried) {
      GapRecord gap = decoded(payload);
      // What was for others they carry on themselves. Nobody's is everybody's.
      if (gap != null && (uplink.isEmpty() || gap.concerns(uplink))) {
        var own = new GapRecord(gap.first(), gap.last(), gap.count(), gap.reason(), uplink);
        byReason.merge(gap.reason(), own, Gaps::join);
      }
    }
    List<Entry> entries = new ArrayList<>();
    byReason.values().forEach(gap -> entries.add(new Entry(kind(), 0, gap.encode())));
    return entries;
  }

  @Override
  public long[] settles(byte[] payload, String uplink) {
    GapRecord gap = decoded(payload);
    return gap != null && gap.concerns(uplink) && gap.settles()
        ? new long[] {gap.first(), gap.last()}
        : new long[0];
  }

  /** Null for a payload that is not ours; its seq is in the range of the loss. */
  private static @Nullable GapRecord decoded(byte[] payload) {
    try {
      return GapRecord.decode(payload);
    } catch (OutboxException e) {
      return null;
    }
  }

  private static GapRecord join(GapRecord a, GapRecord b) {
    return new GapRecord(
        Math.min(a.first(), b.first()),
        Math.max(a.last(), b.last()),
        Math.addExact(a.count(), b.count()),
        a.reason(),
        a.uplink());
  }
}
