package dev.sluice.gateway.uplink.watson;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.uplink.connector.Clock;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RecordRows;
import dev.sluice.gateway.uplink.connector.Scalars;
import dev.sluice.gateway.uplink.connector.Tokens;
import dev.sluice.gateway.uplink.mqtt.Publication;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of a data record, one of each row: {@code d} with the values, {@code ts}, and beside
 * them what proves that nothing is missing. A row that is too large is split between its values.
 */
final class Events extends RecordRows {

  /** What surrounds values and qualities, at its longest but for the stream. */
  private static final int FRAME =
      ("{\"d\":{},\"ts\":\"+292278994-08-17T07:12:55.807Z\",\"q\":{},\"stream\":"
              + ",\"seq\":9223372036854775807,\"part\":[2147483647,2147483647]"
              + ",\"low\":9223372036854775807,\"lane\":\"history\",\"clock\":\"untrusted\"}")
          .length();

  private static final int MAX_KEYS = 10_000;

  /** What a row says, as it is written. */
  private static final class Event {
    private final Thing thing;
    private final long time;
    private final byte[] values;
    private final byte[] qualities;
    private final boolean withheld;

    Event(Thing thing, long time, byte[] values, byte[] qualities, boolean withheld) {
      this.thing = thing;
      this.time = time;
      this.values = values;
      this.qualities = qualities;
      this.withheld = withheld;
    }
  }

  private final WatsonForm form;
  private final ThingNames names;
  private final Predicate<String> held;
  private final Tokens values = Tokens.of(Form.JSON, 4 << 10);
  private final Tokens qualities = Tokens.of(Form.JSON, 1 << 10);
  private final Tokens entry = Tokens.of(Form.JSON, 1 << 10);
  private final Tokens out = Tokens.of(Form.JSON, 8 << 10);
  private final Map<String, byte[]> keys = new HashMap<>();
  private final List<Event> events = new ArrayList<>();

  private Thing thing = new Thing("", "");
  private boolean skipped;
  private int withheld;
  private final Set<String> whose = new HashSet<>();
  private int room;
  private int frame;
  private long time;
  private int losses;

  /**
   * For one connection.
   *
   * @param held whether a device is held back; its rows have numbers, but are not sent
   */
  Events(WatsonForm form, ThingNames names, ClockOffsets offsets, Predicate<String> held) {
    super(offsets);
    this.form = form;
    this.names = names;
    this.held = held;
  }

  /**
   * The messages of a record.
   *
   * @throws RecordFormatException if the payload is none
   */
  List<Publication> of(byte[] payload, Heading heading) throws RecordFormatException {
    events.clear();
    losses = 0;
    withheld = 0;
    whose.clear();
    values.cutTo(0);
    qualities.cutTo(0);
    frame = FRAME + 6 * heading.stream().length() + 2;
    read(payload);
    closeRow();
    var messages = new ArrayList<Publication>(events.size());
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      if (!event.withheld) {
        messages.add(new Publication(topic(event.thing), message(event, i, heading), false));
      }
    }
    return messages;
  }

  private String topic(Thing of) {
    return Topics.event(of, names.event());
  }

  /** Values of others that were not told: too large for any message. */
  int losses() {
    return losses;
  }

  /** Values of devices that are held back. */
  int withheld() {
    return withheld;
  }

  /** Whether a device was held back when it was asked for. */
  boolean isWithheld(String device) {
    return whose.contains(device);
  }

  long oldest() {
    return oldestMillis();
  }

  @Override
  protected void device(String id) {
    closeRow();
    skipped = held.test(id);
    if (skipped) {
      whose.add(id);
    }
    thing = names.of(id);
    room = form.room(topic(thing)) - frame;
  }

  @Override
  protected void row(long timeMillis) {
    closeRow();
    time = timeMillis;
  }

  @Override
  protected void reading(
      Column of, boolean known, long bits, @Nullable String text, Quality quality) {
    withheld += skipped ? 1 : 0;
    byte[] key = keys.size() < MAX_KEYS ? key(of.name()) : entry.name(of.name());
    entry.cutTo(0);
    if (known && text != null) {
      entry.text(text);
    } else if (known) {
      Scalars.write(entry, of, bits);
    }
    Quality told = quality;
    int more = size(key, told);
    if (more > room) {
      losses += skipped ? 0 : 1;
      entry.cutTo(0);
      told = Quality.BAD_VALUE;
      more = size(key, told);
    }
    if (values.length() + qualities.length() + more > room) {
      closeRow();
    }
    if (entry.length() > 0) {
      put(values, key);
      values.raw(entry);
    }
    if (told != Quality.GOOD) {
      put(qualities, key);
      qualities.text(told.word());
    }
  }

  /** At most: with key and quality, and what separates them from others. */
  private int size(byte[] key, Quality told) {
    return 2 * key.length + entry.length() + told.word().length() + 4;
  }

  private static void put(Tokens into, byte[] key) {
    if (into.length() > 0) {
      into.next();
    }
    into.raw(key);
  }

  private void closeRow() {
    if (values.length() > 0 || qualities.length() > 0) {
      events.add(new Event(thing, time, bytes(values), bytes(qualities), skipped));
      values.cutTo(0);
      qualities.cutTo(0);
    }
  }

  private static byte[] bytes(Tokens of) {
    return Arrays.copyOf(of.array(), of.length());
  }

  private Buffer message(Event event, int index, Heading heading) {
    out.cutTo(0);
    out.map(0);
    out.raw(key("d"));
    object(event.values);
    next("ts");
    out.text(Instant.ofEpochMilli(event.time).toString());
    if (event.qualities.length > 0) {
      next("q");
      object(event.qualities);
    }
    next("stream");
    out.text(heading.stream());
    next("seq");
    out.integer(heading.seq());
    if (events.size() > 1) {
      next("part");
      out.list(2);
      out.integer(index + 1L);
      out.next();
      out.integer(events.size());
      out.endList();
    }
    next("low");
    out.integer(heading.low());
    if (heading.lane() == Lane.HISTORY) {
      next("lane");
      out.text(heading.lane().word());
    }
    if (clock() != Clock.TRUSTED) {
      next("clock");
      out.text(clock().word());
    }
    out.endMap();
    return Buffer.buffer(out.length()).appendBytes(out.array(), 0, out.length());
  }

  private void object(byte[] entries) {
    out.map(0);
    out.raw(entries);
    out.endMap();
  }

  private void next(String name) {
    out.next();
    out.raw(key(name));
  }

  private byte[] key(String text) {
    return keys.computeIfAbsent(text, entry::name);
  }
}
