package dev.sluice.gateway.uplink.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.driver.ValueType;
import dev.sluice.gateway.batch.Column;
import dev.sluice.gateway.batch.CurrentValues;
import dev.sluice.gateway.batch.Moment;
import dev.sluice.gateway.command.Commands;
import dev.sluice.gateway.outbox.RecordKind;
import dev.sluice.gateway.uplink.connector.DataRecords;
import dev.sluice.gateway.uplink.connector.Lane;
import dev.sluice.gateway.uplink.connector.Seed;
import dev.sluice.gateway.uplink.mqtt.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Devices that come and go, points that appear, history and requests for rebirths, in any order and
 * with messages waiting in between: a strict host never finds anything to object to, and misses
 * nothing.
 */
class FlappingTest {

  private static final int RUNS = Boolean.getBoolean("sluice.long") ? 2_000 : 20;
  private static final int STEPS = 120;
  private static final int DEVICES = 4;

  private record Item(RecordKind kind, byte[] payload) {}

  private final Random random = Seed.random();

  @Test
  void noHostIsEverConfused() {
    for (int run = 0; run < RUNS; run++) {
      assertThat(new Run().go()).as("run %s", run).isEmpty();
    }
  }

  private final class Run {

    private final CurrentValues current = new CurrentValues();
    private final FakeSession session =
        new FakeSession(random.nextBoolean(), current, Commands.NONE, "");
    private final Map<Lane, Deque<Item>> records = new EnumMap<>(Lane.class);
    private final Map<Lane, Deque<Publication>> waiting = new EnumMap<>(Lane.class);
    private final boolean[] up = new boolean[DEVICES];
    private final int[] points = new int[DEVICES];
    private final List<Long> sent = new ArrayList<>();
    private long time = 1_000;

    Run() {
      for (Lane lane : Lane.values()) {
        records.put(lane, new ArrayDeque<>());
        waiting.put(lane, new ArrayDeque<>());
      }
    }

    List<String> go() {
      for (int i = 0; i < DEVICES; i++) {
        points[i] = 1 + random.nextInt(3);
        if (random.nextBoolean()) {
          flap(i, Lane.HISTORY);
        }
      }
      session.open();
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      session.passPauses();
      session.runTurns();
      for (int i = 0; i < 10_000 && moves(Lane.LIVE) | moves(Lane.HISTORY); i++) {
        session.runTurns();
      }
      session.conversation.historyDone();
      session.runTurns();
      var problems = new ArrayList<>(session.host.violations());
      var values = session.host.readings().stream().map(StrictHost.Reading::time).sorted().toList();
      if (!values.equals(sent.stream().sorted().toList())) {
        problems.add("sent " + sent.size() + ", received " + values.size());
      }
      var alive = new TreeSet<String>();
      for (int i = 0; i < DEVICES; i++) {
        if (up[i]) {
          alive.add("d" + i);
        }
      }
      if (!session.host.born().equals(alive)) {
        problems.add("up are " + alive + ", born " + session.host.born());
      }
      return problems;
    }

    private void step() {
      int device = random.nextInt(DEVICES);
      switch (random.nextInt(10)) {
        case 0 -> flap(device, Lane.LIVE);
        case 1, 2 -> read(device, up[device] ? Lane.LIVE : Lane.HISTORY);
        case 3 -> read(device, Lane.HISTORY);
        case 4 ->
            session.receive("spBv1.0/plant/NCMD/edge-1", ConversationRig.rebirthCommand(), false);
        case 5 -> session.passPauses();
        case 6 -> reload(device);
        default -> {
          session.turn();
          moves(random.nextBoolean() ? Lane.LIVE : Lane.HISTORY);
        }
      }
    }

    private List<Column> columns(int device) {
      var names = new String[points[device]];
      for (int i = 0; i < names.length; i++) {
        names[i] = "p" + i;
      }
      return FakeSession.columns(names);
    }

    private void flap(int device, Lane lane) {
      up[device] = !up[device];
      time++;
      current.state(
          "d" + device,
          columns(device),
          up[device],
          up[device] ? "" : "gone",
          Moment.trusted(time));
      byte[] record = session.stateRecord("d" + device, up[device]);
      records.get(lane).add(new Item(RecordKind.DEVICE_STATE, record));
    }

    /** With one more point; a device that is configured anew says anew that it is up. */
    private void reload(int device) {
      points[device] = Math.min(8, points[device] + 1);
      if (up[device]) {
        current.state("d" + device, columns(device), true, "", Moment.trusted(time));
        byte[] record = session.stateRecord("d" + device, true);
        records.get(Lane.LIVE).add(new Item(RecordKind.DEVICE_STATE, record));
      }
    }

    /** One value of one point; the time tells them apart. */
    private void read(int device, Lane lane) {
      int point = random.nextInt(points[device]);
      time++;
      var record = new DataRecords();
      Object[] cells = new Object[points[device]];
      for (int i = 0; i < cells.length; i++) {
        record.column("p" + i, random.nextInt(50) == 0 ? ValueType.INT64 : ValueType.UINT32);
      }
      cells[point] = time;
      records
          .get(lane)
          .add(new Item(RecordKind.DATA, record.row("d" + device, time, cells).payload()));
      sent.add(time);
      if (lane == Lane.LIVE) {
        FakeSession.value(current, "d" + device, columns(device), time, new long[points[device]]);
      }
    }

    /** Renders a record or writes a message, as the uplink would; whether there was any. */
    private boolean moves(Lane lane) {
      if (!session.ready) {
        return false;
      }
      Publication message = waiting.get(lane).poll();
      if (message != null) {
        session.write(message);
        return true;
      }
      Item next = records.get(lane).poll();
      if (next != null) {
        waiting.get(lane).addAll(session.render(next.kind(), next.payload(), lane));
      }
      return next != null;
    }
  }
}
