package dev.sluice.gateway.uplink.thingsboard;

import dev.sluice.driver.Quality;
import dev.sluice.gateway.batch.ClockOffsets;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.RecordFormatException;
import dev.sluice.gateway.uplink.connector.Clock;
import dev.sluice.gateway.uplink.connector.Form;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.RecordRows;
import dev.sluice.gateway.uplink.connector.Tokens;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes payloads of {@code v1/gateway/telemetry} of a data record: for each device as few as the
 * limit allows. Split between rows, and a row that is too large between its values; its parts have
 * the same time, so the server puts them together again.
 */
final class Telemetry extends RecordRows {

  /** A payload and whose it is. */
  record Message(String device, Buffer payload) {}

  /** {@code {"ts":-9223372036854775808,"values":{,"_clock":"untrusted"}}}. */
  private static final int ROW_FRAME = 64;

  /** Around the rows of a device, beside its name: {@code {[]}}. */
  private static final int FRAME = 4;

  private static final String QUALITY = "_quality";

  /** 2000-01-01: a clock that says less was never set. */
  static final long TIME = 946_684_800_000L;

  private static final int MAX_KEYS = 10_000;

  private final ThingsboardForm form;
  private final Tokens rows = Tokens.of(Form.JSON, 16 << 10);
  private final Tokens values = Tokens.of(Form.JSON, 4 << 10);
  private final Tokens entry = Tokens.of(Form.JSON, 1 << 10);
  private final Map<String, byte[]> keys = new HashMap<>();

  /** Points by device whose last quality on a lane was told as good, in this connection. */
  private final Map<Lane, Map<String, Set<String>>> good = new EnumMap<>(Lane.class);

  private List<Message> messages = new ArrayList<>();
  private Set<String> goodOfDevice = Set.of();
  private Lane lane = Lane.LIVE;
  private String device = "";
  private byte[] name = {};
  private int room;
  private long time;
  private boolean alone;
  private int losses;

  Telemetry(ThingsboardForm form, ClockOffsets offsets) {
    super(offsets);
    this.form = form;
  }

  /**
   * The messages of a record.
   *
   * @throws RecordFormatException if the payload is none
   */
  List<Message> of(byte[] payload, Lane on) throws RecordFormatException {
    messages = new ArrayList<>();
    losses = 0;
    lane = on;
    device = "";
    rows.cutTo(0);
    values.cutTo(0);
    alone = false;
    read(payload);
    flush();
    return messages;
  }

  /** Values that fit no message. */
  int losses() {
    return losses;
  }

  /** Time of the oldest row; 0 when there is none, or none that could be believed. */
  long oldest() {
    return oldestMillis();
  }

  @Override
  protected void device(String id) {
    flush();
    device = id;
    name = key(id);
    room = form.room(Topics.TELEMETRY) - FRAME - name.length;
    goodOfDevice =
        good.computeIfAbsent(lane, ignored -> new HashMap<>())
            .computeIfAbsent(id, ignored -> new HashSet<>());
  }

  @Override
  protected void row(long timeMillis) {
    closeRow();
    if (alone || timeMillis < TIME) {
      flush(); // rows without a time in one message would all have the same
    }
    time = timeMillis;
    alone = timeMillis < TIME;
  }

  @Override
  protected void reading(
      Column of, boolean known, long bits, @Nullable String text, Quality quality) {
    entry.cutTo(0);
    if (known) {
      value(of, bits, text);
    }
    quality(of, quality);
    if (entry.length() == 0) {
      return;
    }
    if (entry.length() + ROW_FRAME > room) {
      losses++;
      entry.cutTo(0);
      quality(of, Quality.BAD_VALUE);
      if (entry.length() == 0 || entry.length() + ROW_FRAME > room) {
        return;
      }
    }
    if (values.length() + 1 + entry.length() + ROW_FRAME > room) {
      closeRow();
    }
    if (values.length() > 0) {
      values.next();
    }
    values.raw(entry);
  }

  private void value(Column of, long bits, @Nullable String text) {
    entry.raw(key(of.name()));
    if (text == null) {
      Numbers.write(entry, of, bits);
    } else {
      entry.text(text);
    }
  }

  /** Told when it is not good, and once when it is again: the server shows what it heard last. */
  private void quality(Column of, Quality quality) {
    if (!form.options().quality()) {
      return;
    }
    if (quality != Quality.GOOD) {
      goodOfDevice.remove(of.name());
    } else if (!goodOfDevice.add(of.name())) {
      return;
    }
    if (entry.length() > 0) {
      entry.next();
    }
    entry.raw(key(of.name() + QUALITY));
    entry.text(quality.word());
  }

  private void closeRow() {
    if (values.length() == 0) {
      return;
    }
    if (rows.length() > 0 && rows.length() + 1 + values.length() + ROW_FRAME > room) {
      send();
    }
    if (rows.length() > 0) {
      rows.next();
    }
    if (!alone) {
      rows.map(2);
      rows.raw(key("ts"));
      rows.integer(time);
      rows.next();
      rows.raw(key("values"));
    }
    rows.map(1);
    rows.raw(values);
    if (clock() == Clock.UNTRUSTED) {
      rows.next();
      rows.raw(key("_clock"));
      rows.text(clock().word());
    }
    rows.endMap();
    if (!alone) {
      rows.endMap();
    }
    values.cutTo(0);
  }

  private void flush() {
    closeRow();
    if (rows.length() > 0) {
      send();
    }
  }

  private void send() {
    Buffer payload = Buffer.buffer(FRAME + name.length + rows.length());
    payload.appendByte((byte) '{').appendBytes(name).appendByte((byte) '[');
    payload.appendBytes(rows.array(), 0, rows.length());
    payload.appendByte((byte) ']').appendByte((byte) '}');
    messages.add(new Message(device, payload));
    rows.cutTo(0);
  }

  private byte[] key(String text) {
    if (keys.size() >= MAX_KEYS) {
      keys.clear();
    }
    return keys.computeIfAbsent(text, rows::name);
  }
}
