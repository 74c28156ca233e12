package dev.sluice.gateway.acquire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether a bus has the time for what it is asked to do. The polls of one interval are a group;
 * when the bus is over-committed, the fastest groups give way first, as far as it takes.
 */
public final class Commitment {

  /** Names of devices in a message; the rest is counted. */
  private static final int NAMED = 3;

  /** What sums of shares are off by, and far below what anybody would read. */
  private static final double ROUNDING = 1e-6;

  /**
   * Polls that the bus has no time for.
   *
   * @param every how often they should be run
   * @param canHold how often they can be
   * @param devices that they are for, in order
   */
  public record Behind(Duration every, Duration canHold, List<String> devices) {

    public Behind {
      devices = List.copyOf(devices);
    }
  }

  private static final class Group {
    private double share;
    private final TreeSet<String> devices = new TreeSet<>();
  }

  private final TreeMap<Duration, Group> groups = new TreeMap<>();

  /**
   * Adds a poll.
   *
   * @param every how often it is due
   * @param busNanos what it takes of the bus
   */
  public void add(String device, Duration every, long busNanos) {
    Group group = groups.computeIfAbsent(every, interval -> new Group());
    group.share += (double) busNanos / every.toNanos();
    group.devices.add(device);
  }

  /** The part of the bus' time that is asked for; 1 is all of it. */
  public double share() {
    return groups.values().stream().mapToDouble(group -> group.share).sum();
  }

  /** Whether more is asked for than there is. */
  public boolean isTooMuch() {
    return share() > 1 + ROUNDING;
  }

  /**
   * What is wrong, for the owner; empty if nothing is.
   *
   * @param medium how the bus is set, for example {@code 9600 8N1}; empty if that is not known
   */
  public String words(String medium) {
    if (!isTooMuch()) {
      return "";
    }
    var words = new StringBuilder();
    double percent = Math.ceil(share() * 100 - ROUNDING); // up: 100.2 % is too much, not 100 %
    words.append(String.format(Locale.ROOT, "%.0f %% of ", percent));
    words.append(medium.isEmpty() ? "its time" : medium);
    for (Behind group : behind()) {
      words
          .append("; group every ")
          .append(written(group.every))
          .append(" (")
          .append(names(group.devices))
          .append(") cannot hold ")
          .append(written(group.every))
          .append(", can hold ")
          .append(written(group.canHold));
    }
    return words.toString();
  }

  /** The groups that have to give way, the fastest first; none unless it is too much. */
  public List<Behind> behind() {
    var behind = new ArrayList<Behind>();
    int slowed = isTooMuch() ? slowed() : 0;
    double factor = factor(slowed);
    groups.forEach(
        (every, group) -> {
          if (behind.size() < slowed) {
            Duration canHold = roundedUp(every.toNanos() * factor);
            behind.add(new Behind(every, canHold, List.copyOf(group.devices)));
          }
        });
    return behind;
  }

  /** How many of the fastest groups have to give way so that none of them gets behind the next. */
  private int slowed() {
    List<Duration> intervals = List.copyOf(groups.keySet());
    for (int count = 1; count < intervals.size(); count++) {
      double factor = factor(count);
      boolean behindTheNext =
          intervals.get(count - 1).toNanos() * factor > intervals.get(count).toNanos();
      if (factor > 0 && !behindTheNext) {
        return count;
      }
    }
    return intervals.size();
  }

  /** By what the intervals of the fastest groups are longer then; 0 if the others fill the bus. */
  private double factor(int slowed) {
    double theirs = 0;
    double others = 0;
    int index = 0;
    for (Group group : groups.values()) {
      if (index++ < slowed) {
        theirs += group.share;
      } else {
        others += group.share;
      }
    }
    return others >= 1 ? 0 : theirs / (1 - others);
  }

  private static String names(List<String> devices) {
    var names = new ArrayList<String>();
    for (String device : devices) {
      if (names.size() == NAMED) {
        names.add(devices.size() - NAMED + " more");
        break;
      }
      names.add(device);
    }
    return String.join(", ", names);
  }

  /** Two digits are what such an estimate is worth; up, so that it fits. */
  private static Duration roundedUp(double nanos) {
    long millis = (long) Math.ceil(nanos / 1e6);
    long step = 1;
    while (millis / step >= 100) {
      step *= 10;
    }
    return Duration.ofMillis((millis + step - 1) / step * step);
  }

  private static String written(Duration time) {
    long millis = time.toMillis();
    if (millis < 1_000) {
      return millis + "ms";
    }
    return millis % 1_000 == 0
        ? millis / 1_000 + "s"
        : String.format(Locale.ROOT, "%.1fs", millis / 1_000.0);
  }
}
