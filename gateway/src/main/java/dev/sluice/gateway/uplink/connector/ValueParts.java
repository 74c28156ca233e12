package dev.sluice.gateway.uplink.connector;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a data record one behind the other in one buffer, each as the beginning of its
 * message: how many there are is known at the end.
 */
final class ValueParts extends Readings {

  private final boolean plain;
  private final JsonBytes out = new JsonBytes(16 << 10);
  private final List<Topics.Topic> where = new ArrayList<>();
  private int[] ends = new int[64];
  private int limit;
  private @Nullable Topics topics;
  private Lane lane = Lane.LIVE;
  private String device = "";
  private Column[] columns = {};
  private long time;
  private int losses;

  ValueParts(boolean plain, RecordTimes times) {
    super(times);
    this.plain = plain;
  }

  /**
   * Forgets the former record.
   *
   * @param most topic and beginning of a message together
   */
  void start(int most, Topics to, Lane on) {
    limit = most;
    topics = to;
    lane = on;
    out.cutTo(0);
    where.clear();
    losses = 0;
  }

  /** Of the values in their order. */
  List<Topics.Topic> topics() {
    return where;
  }

  byte[] bytes() {
    return out.array();
  }

  int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  int end(int index) {
    return ends[index];
  }

  /** Values too large for any message. */
  int losses() {
    return losses;
  }

  @Override
  void begins(String id, Column[] itsColumns) {
    device = id;
    columns = itsColumns;
  }

  @Override
  void at(long timeMillis) {
    time = timeMillis;
  }

  @Override
  void reading(int column, boolean known, long bits, @Nullable String text, Quality quality) {
    Topics to = topics;
    if (to == null) {
      throw new IllegalStateException("BUG: a reading before the start");
    }
    Column of = columns[column];
    Topics.Topic topic = to.point(lane, device, of.name());
    int from = out.length();
    write(of, known, bits, text, quality);
    if (topic.bytes() + out.length() - from > limit) {
      out.cutTo(from);
      losses++;
      write(of, false, 0, null, Quality.BAD_VALUE);
      if (topic.bytes() + out.length() - from > limit) {
        throw new Unfit("topic of " + device + " and its point " + of.name() + " is too long");
      }
    }
    if (where.size() == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
    }
    ends[where.size()] = out.length();
    where.add(topic);
  }

  private void write(Column of, boolean known, long bits, @Nullable String text, Quality quality) {
    if (plain) {
      bare(of, known && quality == Quality.GOOD, bits, text);
      return;
    }
    out.map(0);
    key("\"t\":");
    out.integer(time);
    if (known) {
      key(",\"v\":");
      value(of, bits, text);
    }
    if (quality != Quality.GOOD) {
      key(",\"q\":");
      out.text(quality.word());
    }
    if (!of.unit().isEmpty() && known) {
      key(",\"u\":");
      out.text(of.unit());
    }
  }

  /** Nothing at all where there is no good value: bare text cannot tell a doubt. */
  private void bare(Column of, boolean good, long bits, @Nullable String text) {
    if (good && text != null) {
      out.raw(text.getBytes(StandardCharsets.UTF_8));
    } else if (good) {
      Scalars.write(out, of, bits);
    }
  }

  private void value(Column of, long bits, @Nullable String text) {
    if (text != null) {
      out.text(text);
    } else {
      Scalars.write(out, of, bits);
    }
  }

  private void key(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      out.raw(ascii.charAt(i));
    }
  }

  @Override
  public void end() {}
}
